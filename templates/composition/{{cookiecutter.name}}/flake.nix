{
  description = {{ cookiecutter.description | nix }};

  inputs = {
{% for input in cookiecutter.inputs %}
    {{ input.name | nixattr }}.url = {{ input.url | nix }};
{% for name, other in input.follows.items() %}
    {{ input.name | nixattr }}.inputs.{{ name | nixattr }}.follows = {{ other | nix }};
{% endfor %}
{% if not input.flake %}
    {{ input.name | nixattr }}.flake = false;
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
      pkgs = nixpkgs.legacyPackages.${system};
    in
    {
      packages.${system} = nxc.lib.compose {
        inherit nixpkgs system;
{% if cookiecutter.compositions %}
        # Imported here: for a path, what nxc makes of all compositions together does not evaluate.
        compositions = import ./compositions.nix;
{% else %}
        composition = ./composition.nix;
{% endif %}
{% if cookiecutter.has.setup %}
        setup = ./setup.toml;
{% endif %}
        flavours = nixpkgs.lib.getAttrs {{ cookiecutter.flavours | map(attribute="name") | list | nix(indent=8) }} nxc.lib.flavours;
{% if cookiecutter.arguments or cookiecutter.overlays %}

{% endif %}
{% for argument in cookiecutter.arguments %}
        # {{ argument.why }}
        {{ argument.name }} = {{ argument.value }};
{% endfor %}
{% if cookiecutter.overlays %}
        overlays = [
{% for overlay in cookiecutter.overlays %}
          {{ overlay | indent(10) }}
{% endfor %}
        ];
{% endif %}
{% if cookiecutter.extra_configurations %}
        extraConfigurations = {{ cookiecutter.extra_configurations | nix(indent=8) }};
{% endif %}
      };

      # `nxc build -L` reads this name, although Nix calls it deprecated.
      defaultPackage.${system} = self.packages.${system}.{{ (cookiecutter.main ~ "::" ~ cookiecutter.default_flavour) | nix }};

{% set nixfmt = cookiecutter.release.nixfmt | nixattr if cookiecutter.release.nixfmt %}
{% set tools = (["just"] if cookiecutter.has.justfile else []) + ([nixfmt] if nixfmt else []) %}
{% set shell = "nxc.devShells.${system}." ~ (cookiecutter.release.shell | nixattr) %}
{% if tools %}
      devShells.${system}.default = pkgs.mkShell {
        inputsFrom = [ {{ shell }} ];
{% if tools | length == 1 %}
        packages = [ pkgs.{{ tools[0] }} ];
{% else %}
        packages = [
{% for tool in tools %}
          pkgs.{{ tool }}
{% endfor %}
        ];
{% endif %}
      };
{% else %}
      devShells.${system}.default = {{ shell }};
{% endif %}

{% if not nixfmt %}
      # The nixfmt of the PATH, 1.0 or newer: that of this release writes another style.
{% endif %}
      formatter.${system} = pkgs.writeShellScriptBin "fmt" ''
        exec find "''${@:-.}" -name '*.nix' -exec {{ "${pkgs.%s}/bin/nixfmt" % nixfmt if nixfmt else "nixfmt" }} {} +
      '';
    };
}
