{
  lib,
  stdenv,
  fetchFromGitHub,
  autoreconfHook,
  which,
  gsl,
  libmysqlclient,
  openmpi,
}:

stdenv.mkDerivation rec {
  pname = "ear";
  version = "6.3.0";

  src = fetchFromGitHub {
    owner = "eas4dc";
    repo = "EAR";
    rev = "v${version}";
    hash = "sha256-im4ASXfQdO7nIqn5rdb+YJ2079OEvb4pkfbdWthLIkM=";
  };

  nativeBuildInputs = [
    autoreconfHook
    openmpi
    which
  ];

  buildInputs = [
    gsl
    libmysqlclient
    openmpi
  ];

  # dynais would be compiled for the processor of the host that builds. ejob has old names of two
  # functions, and ends its list of nodes one entry too late, beyond its memory.
  postPatch = ''
    sed -i 's/ -march=native / -mavx2 /' src/library/dynais/Makefile
    sed -i etc/examples/prolog_epilog/ejob.c \
      -e 's/ear_nodelist_ear_node_/ear_nodelist_/' \
      -e 's/llist\[\*nodecnt+1\] = NULL/llist[*nodecnt] = NULL/'
  '';

  # configure wants one folder with include/mysql and lib/mysql, and one with include/gsl and lib.
  preConfigure = ''
    mkdir -p deps/mysql deps/gsl
    ln -s ${lib.getDev libmysqlclient}/include deps/mysql/include
    ln -s ${lib.getLib libmysqlclient}/lib deps/mysql/lib
    ln -s ${lib.getDev gsl}/include deps/gsl/include
    ln -s ${lib.getLib gsl}/lib deps/gsl/lib
    configureFlagsArray+=(
      "CC_FLAGS=-O2 -mavx2 -fPIC"
      "--with-mysql=$PWD/deps/mysql"
      "--with-gsl=$PWD/deps/gsl"
    )
  '';

  configureFlags = [
    "CC=cc"
    "MPICC=mpicc"
    "MPI_VERSION=ompi"
    "EAR_TMP=/var/lib/ear"
    "--disable-avx512"
    "--with-oar"
  ];

  # The makefiles archive objects that other jobs have not compiled yet.
  enableParallelBuilding = false;

  # The headers of MPI lie elsewhere than its compiler, which is what configure looks at.
  makeFlags = [ "MPI_BASE=${lib.getDev openmpi}" ];

  # Tells EAR where jobs begin and end; the makefiles of EAR leave it out. What it sends has another
  # layout without WF_SUPPORT, which they define everywhere.
  postBuild = ''
    cc -O2 -DWF_SUPPORT=1 -I src -o ejob etc/examples/prolog_epilog/ejob.c \
      src/daemon/remote_api/eard_rapi.o src/daemon/remote_api/eard_rapi_internals.o \
      src/common/messaging/msg_internals.o src/common/libcommon.a -ldl -lm
  '';

  # Owners and modes are not for the Nix store.
  installFlags = [
    "CHOWN_USR="
    "CHOWN_GRP="
  ];

  postInstall = ''
    install -m 0755 ejob $out/bin/ejob
    chmod -R u+rwX,go+rX,go-w $out
  '';

  meta = {
    description = "Energy accounting, control and optimization of clusters";
    homepage = "https://gitlab.bsc.es/ear_team/ear";
    license = lib.licenses.epl20;
    platforms = [ "x86_64-linux" ];
    mainProgram = "eacct";
  };
}
