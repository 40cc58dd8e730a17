"""What has to change in a package file when its version does."""
