//! One binary for all tests that see the package from outside.

mod store_power_loss;
