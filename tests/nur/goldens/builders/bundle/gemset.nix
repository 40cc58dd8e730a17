{
  mustermann = {
    dependencies = [ "ruby2_keywords" ];
    groups = [ "default" ];
    platforms = [ ];
    source = {
      remotes = [ "https://rubygems.org" ];
      sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
      type = "gem";
    };
    version = "3.0.0";
  };
  ruby2_keywords = {
    groups = [ "default" ];
    platforms = [ ];
    source = {
      remotes = [ "https://rubygems.org" ];
      sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
      type = "gem";
    };
    version = "0.0.5";
  };
  sinatra = {
    dependencies = [ "mustermann" ];
    groups = [ "default" ];
    platforms = [ ];
    source = {
      remotes = [ "https://rubygems.org" ];
      sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
      type = "gem";
    };
    version = "3.0.0";
  };
}
