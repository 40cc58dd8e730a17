# Melissa's launcher, and a study to begin with: copy /etc/melissa-heat-pde, give the folder to the
# launcher, melissa-launcher --project_dir FOLDER --config_name config.
{ config, ... }:
let
  study = {
    server_filename = "heat_study.py";
    server_class = "HeatStudy";
    output_dir = "out";
    study_options = {
      field_names = [ "temperature" ];
      parameter_sweep_size = 10;
      # Time steps of a simulation, each of which the server receives.
      num_samples = 100;
      # The initial temperature and those of the four edges, in K.
      nb_parameters = 5;
      parameter_range = [
        100
        200
      ];
      simulation_timeout = 400;
      checkpoint_interval = 300;
      crashes_before_redraw = 1000;
    };
    sa_config = {
      mean = true;
      variance = true;
      skewness = false;
      kurtosis = false;
      sobol_indices = false;
    };
    launcher_config = {
      scheduler = "oar";
      scheduler_arg_server = [ "nodes=1,walltime=00:30:00" ];
      scheduler_arg_client = [ "nodes=1,walltime=00:10:00" ];
      fault_tolerance = false;
      verbosity = 2;
    };
    client_config = {
      # Grid points in both directions, and time steps.
      executable_command = "env LD_PRELOAD=${config.services.ear.package}/lib/libearld.so heatc 100 100 100";
    };
  };
in
{
  imports = [ ./melissa-common.nix ];

  environment.etc = {
    "melissa-heat-pde/config.json".text = builtins.toJSON study;
    "melissa-heat-pde/heat_study.py".text = ''
      import random

      from melissa.server.sensitivity_analysis import SensitivityAnalysisServer


      class HeatStudy(SensitivityAnalysisServer):
          """Draws the temperatures of each simulation, the same ones in every run."""

          random = random.Random(1)

          def draw_parameters(self):
              low, high = self.study_options["parameter_range"]
              count = self.study_options["nb_parameters"]
              return [self.random.uniform(low, high) for _ in range(count)]
    '';
  };
}
