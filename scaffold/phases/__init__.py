"""The phases of a build, one by one."""
