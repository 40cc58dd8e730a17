{
  # my-module = ./my-module;
}
