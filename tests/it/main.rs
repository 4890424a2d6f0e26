//! One binary for all tests that see the package from outside.

mod api_capacity_profiles;
mod api_config_collections;
mod api_config_process;
mod api_config_roles;
mod api_config_whole;
mod api_config_work_streams;
mod api_conversations;
mod cli;
mod contract_config;
mod contract_conversations;
mod contract_sockets;
mod helpers;
mod house;
mod house_retirement;
mod peer_failures;
mod socket;
mod store_on_disk;
mod store_power_loss;
mod tidy;
mod ws_agent;
mod ws_consult;
mod ws_customer;
