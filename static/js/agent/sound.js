/*
 * Owns the tones, made with WebAudio so that nothing has to be fetched. Browsers let a page ring only after a gesture: the
 * audio context is made at the first one, and a ring that was asked for before starts then.
 */

const REPEAT_MS = 3_000;
/** Two rising tones, as frequency in Hz, start and length in seconds. */
const RING = [[660, 0, 0.22], [880, 0.2, 0.32]];
const BLIP = [[520, 0, 0.12]];
const LOUDNESS = 0.22;

/** @type {AudioContext|null} */
let audio = null;
/** @type {number|undefined} */
let timer;
let ringing = false;

/** Gets ready at the first gesture, and at a later one where the system has taken the sound away meanwhile. */
export function installSound() {
  const ready = () => {
    if (audio?.state === "running") return;
    audio ??= new AudioContext();
    void audio.resume().then(() => {
      if (ringing) play(RING);
    });
  };
  addEventListener("pointerdown", ready, true);
  addEventListener("keydown", ready, true);
}

/** Rings until `stopRinging`. */
export function startRinging() {
  stopRinging();
  ringing = true;
  play(RING);
  timer = setInterval(() => play(RING), REPEAT_MS);
}

export function stopRinging() {
  ringing = false;
  clearInterval(timer);
}

/** Whatever else rings goes on. */
export function ringOnce() {
  play(RING);
}

/** A short, soft tone for a message. */
export function blip() {
  play(BLIP);
}

/** True while the browser keeps the page silent. */
export function isLocked() {
  return !audio || audio.state !== "running";
}

/** @param {number[][]} tones */
function play(tones) {
  if (!audio || audio.state !== "running") return;
  for (const [frequency, start, length] of tones) {
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    const at = audio.currentTime + start;
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, at + length);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + length);
  }
}
