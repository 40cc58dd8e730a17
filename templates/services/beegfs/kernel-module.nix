# The BeeGFS client: a module for one kernel. Take it with `kernelPackages.callPackage`.
{
  lib,
  stdenv,
  beegfs,
  kernel,
}:

stdenv.mkDerivation {
  pname = "beegfs-kernel-module";
  version = "${beegfs.version}-${kernel.version}";

  inherit (beegfs) src;

  # Kernel code is not position independent.
  hardeningDisable = [ "pic" ];

  nativeBuildInputs = kernel.moduleBuildDependencies;

  enableParallelBuilding = true;

  postPatch = ''
    patchShebangs client_module/build
  '';

  makeFlags = [
    "--directory=client_module/build"
    "BEEGFS_VERSION=${beegfs.version}"
    "BEEGFS_NO_RDMA=1"
    "KDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
  ];

  buildFlags = [ "module" ];

  installPhase = ''
    runHook preInstall
    install -D --mode=644 --target-directory=$out/lib/modules/${kernel.modDirVersion}/updates/fs/beegfs \
      client_module/build/beegfs.ko
    runHook postInstall
  '';

  meta = {
    description = "Parallel cluster file system: client module for Linux ${kernel.version}";
    homepage = "https://www.beegfs.io";
    license = lib.licenses.gpl2Only;
    platforms = [ "x86_64-linux" ];
    # The newest one that it was built for is 6.12; in 6.14, d_revalidate has other arguments.
    broken = lib.versionAtLeast kernel.version "6.13";
  };
}
