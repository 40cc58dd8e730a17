{
  description = {{ cookiecutter.description | nix }};

  inputs = {
{% for input in cookiecutter.inputs %}
    {{ input.name }}.url = {{ input.url | nix }};
{% if input.name != "nixpkgs" %}
    {{ input.name }}.inputs.nixpkgs.follows = "nixpkgs";
{% endif %}
{% endfor %}
  };

  outputs =
    {
      self,
{% for input in cookiecutter.inputs %}
      {{ input.name }},
{% endfor %}
    }:
    let
      system = {{ cookiecutter.system | nix }};
    in
    {
      packages.${system} = nxc.lib.compose {
        inherit nixpkgs system;
        composition = ./composition.nix;
{% if cookiecutter.has.setup %}
        setup = ./setup.toml;
{% endif %}
        flavours = nixpkgs.lib.getAttrs {{ cookiecutter.flavours | map(attribute="name") | list | nix(indent=8) }} nxc.lib.flavours;
{% if cookiecutter.has.kapack %}

        # kapack comes as an overlay. Without this null, nxc would add one of its own that hides it.
        NUR = null;
        overlays = [
          (final: _prev: {
            nur.repos.kapack = import "${kapack}/nur.nix" { pkgs = final; };
          })
        ];
{% endif %}
{% if cookiecutter.extra_configurations %}
        extraConfigurations = {{ cookiecutter.extra_configurations | nix(indent=8) }};
{% endif %}
      };

      # `nxc build -L` reads this name, although Nix calls it deprecated.
      defaultPackage.${system} = self.packages.${system}.{{ ("composition::" ~ cookiecutter.default_flavour) | nix }};

      devShells.${system}.default = nxc.devShells.${system}.{{ cookiecutter.release.shell | nixattr }};

      formatter.${system} = nixpkgs.legacyPackages.${system}.{{ cookiecutter.release.formatter | nixattr }};
    };
}
