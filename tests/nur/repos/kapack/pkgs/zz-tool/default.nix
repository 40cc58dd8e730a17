{ stdenv }: stdenv.mkDerivation { name = "procset-1.0"; }
