//! One binary for all tests that see the package from outside.

mod house;
mod store_on_disk;
mod store_power_loss;
mod tidy;
