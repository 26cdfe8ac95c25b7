"""Reads the config once and gives frozen values, or every problem at once with file, line and key."""

from agent.config.load import AccountConfig, Config, ConfigError, Places, config_from, load, places

__all__ = ["AccountConfig", "Config", "ConfigError", "Places", "config_from", "load", "places"]
