//! What queueing theory says of waiting lines with Poisson arrivals (rate λ) and exponential service (rate μ, c agents).
//!
//! - Erlang B by its recursion, B(0) = 1, B(n) = aB(n−1) / (n + aB(n−1)) with a = λ/μ, which neither overflows nor cancels;
//!   Erlang C from it, C = cB / (c − a(1−B)): R. B. Cooper, *Introduction to Queueing Theory*, 2nd ed. 1981, §§3.3, 3.4
//!   and exercise 3.8.
//! - The wait of M/M/c is 0 with probability 1 − C, else exponential with rate cμ − λ (same, §3.4).
//! - Erlang A (M/M/c+M, customers leave after an exponential patience, rate θ): the offered wait V has the density
//!   v(x) = λ p exp(λ(1−e^{−θx})/θ − cμx), where p is the probability of c − 1 customers: F. Baccelli, G. Hebuterne,
//!   *On queues with impatient customers*, Performance '81; S. Zeltyn, A. Mandelbaum, *Call centers with impatient
//!   customers*, Queueing Systems 51 (2005), §2. All measures are integrals over v.

/// A waiting line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Line {
    /// Agents.
    pub agents: u32,
    /// Arrivals, a second.
    pub lambda: f64,
    /// Services by one agent, a second.
    pub mu: f64,
    /// Those who lose patience of one that waits, a second; `None`: nobody leaves.
    pub theta: Option<f64>,
    /// The time of the service level, seconds.
    pub within: f64,
}

/// What is measured of a waiting line.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Measures {
    /// Mean time in line of everybody, also of those who leave, seconds.
    pub wait: f64,
    /// Share of those who do not find a free agent.
    pub waits: f64,
    /// Share of those whom an agent takes within the time.
    pub level: f64,
    /// Share of those who leave.
    pub leaves: f64,
}

impl Measures {
    /// In a fixed order.
    pub fn all(&self) -> [f64; 4] {
        [self.wait, self.waits, self.level, self.leaves]
    }
}

/// The probability that all `n` servers are busy where nobody waits, at `a` = λ/μ.
pub fn erlang_b(n: u32, a: f64) -> f64 {
    (1..=n).fold(1.0, |b, k| a * b / (f64::from(k) + a * b))
}

/// The probability of waiting in M/M/c.
pub fn erlang_c(c: u32, a: f64) -> f64 {
    let b = erlang_b(c, a);
    f64::from(c) * b / (f64::from(c) - a * (1.0 - b))
}

impl Line {
    /// What theory says.
    pub fn theory(&self) -> Measures {
        self.theta.map_or_else(|| self.erlang_c(), |theta| self.erlang_a(theta))
    }

    /// Arrivals of what the agents could serve.
    pub fn load(&self) -> f64 {
        self.lambda / self.mu / f64::from(self.agents)
    }

    /// Where nobody leaves and waits are long and slow to converge.
    pub fn near_saturation(&self) -> bool {
        self.theta.is_none() && self.load() > 0.85
    }

    fn spare(&self) -> f64 {
        f64::from(self.agents) * self.mu - self.lambda
    }

    fn erlang_c(&self) -> Measures {
        let waits = erlang_c(self.agents, self.lambda / self.mu);
        let level = 1.0 - waits * (-self.spare() * self.within).exp();
        Measures { wait: waits / self.spare(), waits, level, leaves: 0.0 }
    }

    fn erlang_a(&self, theta: f64) -> Measures {
        let density = |x: f64| self.lambda * self.exponent(theta, x).exp();
        let end = self.horizon(theta);
        let all = integral(&density, 0.0, end);
        let p = 1.0 / (1.0 / erlang_b(self.agents - 1, self.lambda / self.mu) + all);
        let leaves = p * integral(&|x| density(x) * -(-theta * x).exp_m1(), 0.0, end);
        let served = p * integral(&|x| density(x) * (-theta * x).exp(), 0.0, self.within);
        Measures { wait: leaves / theta, waits: p * all, level: 1.0 - p * all + served, leaves }
    }

    fn exponent(&self, theta: f64, x: f64) -> f64 {
        -self.lambda * (-theta * x).exp_m1() / theta - f64::from(self.agents) * self.mu * x
    }

    /// Where the density of the offered wait has fallen below e^−50 of its value at 0, behind its peak.
    fn horizon(&self, theta: f64) -> f64 {
        let mut x = 1.0 / self.mu;
        while self.exponent(theta, x) > -50.0 {
            x *= 1.5;
        }
        x
    }
}

/// Simpson's rule with so many steps that halving them changes no digit that is compared.
fn integral(f: &dyn Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    const STEPS: u32 = 20_000;
    let h = (to - from) / f64::from(STEPS);
    let weight = |k: u32| if k == 0 || k == STEPS { 1.0 } else { f64::from(2 + 2 * (k % 2)) };
    (0..=STEPS).map(|k| weight(k) * f(from + h * f64::from(k))).sum::<f64>() * h / 3.0
}

/// The same by the stationary distribution of the birth and death chain of M/M/c+M: another way to P(wait), mean wait and
/// share of those who leave, for the test.
pub fn by_states(line: &Line, theta: f64) -> Measures {
    let c = f64::from(line.agents);
    // Logarithms, so that nothing overflows.
    let mut logs = vec![0.0_f64];
    for n in 1..20_000_u32 {
        let death = line.mu * f64::from(n).min(c) + theta * (f64::from(n) - c).max(0.0);
        logs.push(logs[logs.len() - 1] + (line.lambda / death).ln());
    }
    let top = logs.iter().copied().fold(f64::MIN, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - top).exp()).collect();
    let total: f64 = weights.iter().sum();
    let behind = weights.iter().skip(line.agents as usize);
    let waits = behind.clone().sum::<f64>() / total;
    let length = behind.enumerate().map(|(k, w)| k as f64 * w).sum::<f64>() / total;
    Measures { wait: length / line.lambda, waits, level: f64::NAN, leaves: theta * length / line.lambda }
}
