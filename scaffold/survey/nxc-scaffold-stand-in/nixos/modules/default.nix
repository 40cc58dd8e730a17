# A folder that paths such as "${modulesPath}/../tests" lead through.
{ }
