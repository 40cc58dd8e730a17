# The names of the packages that a repository gives, found without nixpkgs and without network.
#
# nixpkgs, its lib and every input of a flake are one stand-in: a set in which each name that the
# repository mentions is the stand-in again, which can be called with anything. The functions that
# sets of packages are put together with are there in earnest. Files of packages are not read: only
# those in `sets`, which were seen to return sets, are called.
#
# asked: a file of JSON with
#   root      the folder of the repository
#   entries   the files to evaluate, flake.nix among them or not
#   sets      files (seen from the root) that callPackage calls for a set of packages
#   mentioned names that the repository selects
#   open      whether the flake's outputs take other arguments than those that they name
#   wanted    a name that has to be bound to something, not only to be there
#   attribute the set that is meant, such as nixosModules; nothing for the packages
{ asked }:
let
  inherit (builtins)
    attrNames
    concatLists
    elem
    elemAt
    filter
    foldl'
    functionArgs
    genList
    head
    intersectAttrs
    isAttrs
    isFunction
    isList
    isPath
    isString
    length
    listToAttrs
    map
    mapAttrs
    match
    pathExists
    readDir
    removeAttrs
    replaceStrings
    stringLength
    substring
    tail
    ;
  given = builtins.fromJSON (builtins.readFile asked);
  inherit (given) root;
  elsewhere = "/nxc-scaffold-stand-in";
  system = "x86_64-linux";

  startsWith = prefix: text: substring 0 (stringLength prefix) text == prefix;
  endsWith =
    suffix: text:
    stringLength text >= stringLength suffix
    && substring (stringLength text - stringLength suffix) (-1) text == suffix;
  textOf = path: builtins.unsafeDiscardStringContext (toString path);
  isOurs = path: textOf path == root || startsWith "${root}/" (textOf path);
  isStandIn = value: isAttrs value && value ? isNxcScaffoldStandIn;
  isSet = value: isAttrs value && !(isStandIn value);
  listOf = value: if isStandIn value then [ ] else value;
  # What was added to a stand-in, such as the packages in `pkgs // { … }`.
  bare = value: if isStandIn value then removeAttrs value (attrNames standIn) else value;
  namesIn = value: if isAttrs value then attrNames (bare value) else [ ];

  # What nix has, with everything that reads from elsewhere replaced.
  scope = {
    builtins = builtins // replaced;
    import = replaced.import;
    scopedImport = replaced.scopedImport;
    map = replaced.map;
    fetchTarball = replaced.fetchTarball;
    fetchGit = replaced.fetchGit;
    fetchTree = replaced.fetchTree;
    fetchMercurial = replaced.fetchMercurial;
    __currentSystem = system;
    __nixPath = [ ];
    __findFile = _: name: "${elsewhere}/${name}";
  };
  replaced = {
    import =
      path:
      if !(isStandIn path) && isOurs path then builtins.scopedImport scope path else importedElsewhere;
    scopedImport =
      names: path: if isOurs path then builtins.scopedImport (scope // names) path else standIn;
    fetchTarball = _: standIn;
    fetchGit = _: standIn;
    fetchTree = _: standIn;
    fetchMercurial = _: standIn;
    fetchurl = _: standIn;
    fetchClosure = _: standIn;
    getFlake = _: standIn;
    storePath = _: standIn;
    path = { path, ... }: path;
    currentSystem = system;
    currentTime = 0;
    nixPath = [ ];
    getEnv = _: "";
    # Lists that nixpkgs would give, such as the inputs of a package, are empty.
    elem = value: list: elem value (listOf list);
    any = f: list: builtins.any f (listOf list);
    all = f: list: builtins.all f (listOf list);
    filter = f: list: filter f (listOf list);
    map = f: list: map f (listOf list);
    concatMap = f: list: builtins.concatMap f (listOf list);
    length = list: length (listOf list);
    pathExists = path: !(isStandIn path) && isOurs path && pathExists path;
    readDir = path: if !(isStandIn path) && isOurs path then readDir path else { };
  };

  # Functions that put sets of packages together.
  optionally =
    condition: value: nothing:
    if condition then value else nothing;
  namesOf = names: if isList names then names else [ system ];
  deepUpdate =
    one: other:
    one
    // mapAttrs (
      name: value:
      if isSet value && isSet (one.${name} or null) then deepUpdate one.${name} value else value
    ) other;
  generate =
    names: f:
    listToAttrs (
      map (name: {
        inherit name;
        value = f name;
      }) (namesOf names)
    );
  select =
    predicate: set: removeAttrs set (filter (name: !(predicate name set.${name})) (namesIn set));
  together = foldl' (one: other: one // bare other) { };
  foldRight =
    f: start: list:
    let
      go = at: if at == length list then start else f (elemAt list at) (go (at + 1));
    in
    go 0;
  fixed =
    f:
    let
      result = f result;
    in
    result;
  withoutSuffix =
    suffix: text:
    optionally (endsWith suffix text) (substring 0 (stringLength text - stringLength suffix) text) text;
  withoutPrefix =
    prefix: text: optionally (startsWith prefix text) (substring (stringLength prefix) (-1) text) text;
  extended =
    final: prev: overlay:
    bare (overlay final prev);
  # nixpkgs as a repository that is imported: a function that takes overlays.
  importedElsewhere = standIn // {
    __functor =
      _: given:
      if isSet given && isList (given.overlays or null) then
        functions.appendOverlays given.overlays
      else
        standIn;
  };
  compose = foldl' (
    one: other: final: prev:
    let
      first = bare (one final prev);
    in
    first // bare (other final (prev // first))
  ) (_: _: { });

  # Whether a path is one of the package that is looked at itself.
  isWanted = path: given.wanted != "" && replaceStrings [ given.wanted ] [ "" ] path != path;

  called =
    names: callee: arguments:
    let
      isFile = !(isFunction callee) && !(isStandIn callee);
      path = textOf callee;
      file = optionally (pathExists "${path}/default.nix") "${path}/default.nix" path;
      f = if isFile then replaced.import callee else callee;
      explicit = if isAttrs arguments then arguments else { };
      automatic = mapAttrs (name: hasDefault: names.${name} or (if hasDefault then null else standIn)) (
        functionArgs f
      );
      wanted = select (name: value: value != null || !(functionArgs f).${name}) automatic;
    in
    if isFile && isOurs callee && isWanted path && !(pathExists file) then
      throw "${withoutPrefix "${root}/" path} is not there"
    else if isFile && !(isOurs callee && elem (withoutPrefix "${root}/" file) given.sets) then
      standIn
    else if !(isFunction f) then
      f
    else
      f (wanted // explicit);
  # callPackage adds override to what it calls; a set of packages shows only its packages here.
  callWith = names: called names;

  fromDirectory =
    callPackage: directory:
    let
      entries = readDir directory;
      of =
        name:
        let
          path = directory + "/${name}";
        in
        if entries.${name} == "directory" then
          [
            {
              inherit name;
              value =
                if pathExists (path + "/package.nix") then
                  callPackage (path + "/package.nix") { }
                else
                  fromDirectory callPackage path;
            }
          ]
        else if endsWith ".nix" name then
          [
            {
              name = withoutSuffix ".nix" name;
              value = callPackage path { };
            }
          ]
        else
          [ ];
    in
    listToAttrs (concatLists (map of (attrNames entries)));

  perSystem =
    systems: f:
    let
      outputs = generate systems f;
      names = concatLists (map (each: namesIn outputs.${each}) (attrNames outputs));
    in
    listToAttrs (
      map (name: {
        inherit name;
        value = mapAttrs (_: each: each.${name} or { }) outputs;
      }) names
    );

  # flake-parts, as far as packages go: modules are collected and their packages put together.
  modulesOf =
    arguments: module:
    let
      isFile = isPath module || isString module;
      loaded = if isFile then replaced.import module else module;
      f =
        if isFunction loaded then
          loaded (mapAttrs (_: _: standIn) (functionArgs loaded) // standIn // arguments)
        else
          loaded;
      value = f.config or { } // f;
    in
    if isSet f then
      [ value ] ++ concatLists (map (modulesOf arguments) (value.imports or [ ]))
    else
      [ ];
  flakeParts =
    first: module:
    let
      inputs = first.inputs or standIn;
      arguments = {
        inherit inputs;
        self = inputs.self or standIn;
        lib = standIn;
        withSystem = _: f: f standIn;
      };
      folder = first.autopilot.parts.path or null;
      loaded = optionally (folder != null && !(isStandIn folder)) (map (name: folder + "/${name}") (
        filter (endsWith ".nix") (attrNames (readDir folder))
      )) [ ];
      modules = concatLists (map (modulesOf arguments) ([ module ] ++ loaded));
      ofSystem = arguments // {
        inherit system;
        self' = standIn // mapAttrs (_: each: each.${system} or { }) outputs;
        pkgs = head (
          filter (found: found != null) (map (each: each._module.args.pkgs or null) inSystem) ++ [ standIn ]
        );
      };
      inSystem = concatLists (
        map (each: if each ? perSystem then modulesOf ofSystem each.perSystem else [ ]) modules
      );
      directories = filter (each: (each.pkgsDirectory or null) != null) inSystem;
      packages = name: together (map (each: each.${name} or { }) inSystem);
      flake = foldl' deepUpdate { } (map (each: bare (each.flake or { })) modules);
      outputs = deepUpdate {
        packages.${system} =
          packages "packages"
          // together (map (each: fromDirectory standIn.callPackage each.pkgsDirectory) directories);
        legacyPackages.${system} = packages "legacyPackages";
      } flake;
    in
    outputs;

  functions = rec {
    id = value: value;
    const = value: _: value;
    flip =
      f: one: other:
      f other one;
    pipe = foldl' (value: f: f value);
    inherit optionally;
    optional = condition: value: optionally condition [ value ] [ ];
    optionals = condition: list: optionally condition list [ ];
    optionalString = condition: text: optionally condition text "";
    optionalAttrs = condition: set: optionally condition set { };
    mkIf = optionalAttrs;
    mkMerge = together;
    mkDefault = id;
    mkForce = id;
    mkBefore = id;
    mkAfter = id;
    mkOverride = _: id;
    nameValuePair = name: value: { inherit name value; };
    genAttrs = generate;
    forAllSystems = generate [ system ];
    filterAttrs = select;
    mapAttrs = f: set: builtins.mapAttrs f (bare set);
    mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (namesIn set));
    mapAttrsToList = f: set: map (name: f name set.${name}) (namesIn set);
    attrsToList = mapAttrsToList nameValuePair;
    concatMapAttrs = f: set: together (mapAttrsToList f set);
    foldlAttrs =
      f: start: set:
      foldl' (result: name: f result name set.${name}) start (namesIn set);
    attrNames = namesIn;
    attrValues = set: map (name: set.${name}) (namesIn set);
    getAttrs = names: set: generate names (name: set.${name});
    getAttr = name: set: set.${name};
    hasAttr = name: set: set ? ${name};
    attrByPath =
      path: default: set:
      if path == [ ] then
        set
      else if isAttrs set && set ? ${head path} then
        attrByPath (tail path) default set.${head path}
      else
        default;
    hasAttrByPath = path: set: attrByPath path null set != null;
    removeAttrs = set: names: builtins.removeAttrs (bare set) names;
    recursiveUpdate =
      one: other: if isStandIn one then one // bare other else deepUpdate one (bare other);
    mergeAttrs = one: other: one // other;
    unionOfDisjoint = mergeAttrs;
    mergeAttrsList = together;
    recurseIntoAttrs = set: if isSet set then set // { recurseForDerivations = true; } else set;
    dontRecurseIntoAttrs = set: set;
    isDerivation = value: isAttrs value && (value.type or "") == "derivation";
    inherit (builtins)
      foldl'
      head
      tail
      elem
      elemAt
      length
      concatLists
      concatMap
      genList
      all
      any
      partition
      isAttrs
      isFunction
      isList
      isString
      isPath
      isInt
      isBool
      isFloat
      functionArgs
      intersectAttrs
      listToAttrs
      map
      filter
      toJSON
      fromJSON
      concatStringsSep
      trace
      seq
      deepSeq
      replaceStrings
      stringLength
      substring
      tryEval
      ;
    foldl = foldl';
    foldr = foldRight;
    fold = foldRight;
    forEach = list: f: map f list;
    last = list: elemAt list (length list - 1);
    flatten = value: if isList value then builtins.concatMap flatten value else [ value ];
    unique = foldl' (found: value: if elem value found then found else found ++ [ value ]) [ ];
    remove = value: filter (other: other != value);
    subtractLists = gone: filter (value: !(elem value gone));
    intersectLists = one: filter (value: elem value one);
    range = first: last: genList (at: first + at) (last - first + 1);
    findFirst =
      predicate: default: list:
      let
        found = filter predicate list;
      in
      if found == [ ] then default else head found;
    count = predicate: list: length (filter predicate list);
    hasPrefix = startsWith;
    hasSuffix = endsWith;
    hasInfix = part: text: match ".*${part}.*" text != null;
    removePrefix = withoutPrefix;
    removeSuffix = withoutSuffix;
    concatStrings = builtins.concatStringsSep "";
    concatMapStrings = f: list: concatStrings (map f list);
    concatMapStringsSep =
      between: f: list:
      builtins.concatStringsSep between (map f list);
    splitString =
      between: text: filter isString (builtins.split (replaceStrings [ "." ] [ "\\." ] between) text);
    warn = _: id;
    warnIf = _: _: id;
    warnIfNot = _: _: id;
    throwIf = condition: message: optionally condition (throw message);
    throwIfNot = condition: throwIf (!condition);
    assertMsg = condition: _: condition;
    traceVal = id;
    traceSeq = _: id;
    traceValFn = _: id;
    traceValSeq = id;
    traceValSeqFn = _: id;
    traceValSeqN = _: id;
    traceSeqN = _: _: id;
    lazyDerivation = _: standIn;
    versionOlder = one: other: builtins.compareVersions one other < 0;
    versionAtLeast = one: other: !(versionOlder one other);
    availableOn = _: _: true;
    getName = _: "stand-in";
    getVersion = _: "1";
    toInt = fromJSON;
    fix = fixed;
    fix' = fixed;
    extends =
      overlay: f: final:
      let
        prev = f final;
      in
      prev // extended final prev overlay;
    composeExtensions =
      one: other:
      compose [
        one
        other
      ];
    composeManyExtensions = compose;
    makeExtensible =
      f:
      fixed f
      // {
        extend = overlay: makeExtensible (extends overlay f);
      };
    makeExtensibleWithCustomName = _: makeExtensible;
    makeOverridable = f: f;
    callPackageWith = callWith;
    callPackagesWith = callWith;
    callPackage = callWith standIn;
    callPackages = callWith standIn;
    newScope = more: callWith (standIn // bare more);
    makeScope =
      newScope: f:
      let
        self = f self // {
          newScope = more: newScope (self // more);
          callPackage = self.newScope { };
          overrideScope = overlay: makeScope newScope (extends overlay f);
          packages = f;
        };
      in
      self;
    extend =
      overlay:
      let
        final = standIn // extended final standIn overlay;
      in
      final;
    appendOverlays = overlays: extend (compose overlays);
    packagesFromDirectoryRecursive =
      {
        directory,
        callPackage ? standIn.callPackage,
        ...
      }:
      fromDirectory callPackage directory;
    mkDynamicAttrs = { dir, fun }: generate (attrNames (readDir dir)) fun;
    importPackagesWith = _: called standIn;
    platforms = generate [ "all" "linux" "unix" "x86_64" ] (_: [ system ]);
    systems = standIn // {
      flakeExposed = [ system ];
      doubles = platforms;
    };
    defaultSystems = [ system ];
    allSystems = [ system ];
    eachSystem = perSystem;
    eachSystemMap = generate;
    eachDefaultSystem = perSystem [ system ];
    eachDefaultSystemMap = generate [ system ];
    flattenTree = id;
    filterPackages = _: id;
    withSystem = _: f: f standIn;
    mkFlake = flakeParts;
  };
  texts = {
    inherit system;
    version = "1";
    name = "stand-in";
    pname = "stand-in";
    meta = standIn // {
      platforms = [ system ];
      badPlatforms = [ ];
      hydraPlatforms = [ system ];
      license = { };
      broken = false;
      insecure = false;
      unsupported = false;
      unfree = false;
      available = true;
    };
    localSystem = standIn // {
      inherit system;
    };
    isLinux = true;
    isDarwin = false;
    isx86_64 = true;
    isAarch64 = false;
    isi686 = false;
    is64bit = true;
    isClang = false;
    isGNU = true;
    isMusl = false;
    isStatic = false;
  };
  # The packages of another flake, for the systems that the repository names.
  ofSystems = generate ([ system ] ++ given.mentioned) (_: standIn);
  standIn =
    listToAttrs (
      map (name: {
        inherit name;
        value = standIn;
      }) given.mentioned
    )
    // functions
    // texts
    // {
      isNxcScaffoldStandIn = true;
      type = "derivation";
      outPath = elsewhere;
      lib = standIn;
      outputs = [ "out" ];
      legacyPackages = ofSystems;
      packages = ofSystems;
      __functor = _: _: standIn;
    };

  # What NUR gives default.nix; an argument of another name has its default.
  expression =
    file:
    let
      value = builtins.scopedImport scope (root + "/${file}");
      known = {
        pkgs = standIn;
        lib = standIn;
        nixpkgs = standIn;
      };
      needed = select (_: hasDefault: !hasDefault) (functionArgs value);
      arguments = mapAttrs (_: _: standIn) needed // intersectAttrs (functionArgs value) known;
    in
    if !(isFunction value) then
      value
    else if functionArgs value == { } then
      value standIn
    else
      value arguments;
  outputs =
    let
      inherit (builtins.scopedImport scope (root + "/flake.nix")) outputs;
      # `outputs` without an ellipsis takes only what it names.
      inputs = standIn // {
        self = result // {
          outPath = root;
          inherit (standIn) lib;
          inputs = standIn;
        };
      };
      named = functionArgs outputs;
      result = outputs (
        mapAttrs (_: _: standIn) named // (if given.open then inputs else intersectAttrs named inputs)
      );
    in
    result;
  packages =
    let
      of =
        name:
        let
          systems = bare (outputs.${name} or { });
          found = if systems ? ${system} then [ system ] else attrNames systems;
        in
        if found == [ ] then { } else bare systems.${head found};
    in
    of "legacyPackages" // of "packages";
  names =
    entry:
    let
      whole = if entry == "flake.nix" then outputs else expression entry;
      found =
        if given.attribute != "" then
          whole.${given.attribute} or { }
        else if entry == "flake.nix" then
          packages
        else
          whole;
    in
    builtins.seq (if isAttrs found then found.${given.wanted} or null else null) (namesIn found);
in
generate given.entries names
