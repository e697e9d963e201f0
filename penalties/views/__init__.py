"""Pages of sanctions, accusations, rewards, wages and the rules of a project."""
