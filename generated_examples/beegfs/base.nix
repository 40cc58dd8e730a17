# The kernel of every host. NixOS Compose boots all roles with one kernel and one initrd, built from
# a configuration without roles, so a role must not set it.
{ pkgs, ... }:
{
  # The BeeGFS client builds for Linux up to 6.12, and its module has to match the kernel.
  boot.kernelPackages = pkgs.linuxPackages_6_12;
  services.beegfsCluster.client.kernelModule = true;
}
