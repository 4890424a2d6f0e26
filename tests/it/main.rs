//! One binary for all tests that see the package from outside.

mod api_config_collections;
mod api_config_process;
mod api_config_roles;
mod api_config_whole;
mod api_config_work_streams;
mod api_conversations;
mod api_operating_hours;
mod api_overflow;
mod cli;
mod contract_config;
mod contract_conversations;
mod contract_sockets;
mod helpers;
mod house;
mod peer_failures;
mod socket;
mod store_on_disk;
mod store_power_loss;
mod tidy;
mod ws_agent;
mod ws_customer;
