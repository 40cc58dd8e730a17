# Stand-ins for what NixOS Compose gives a composition: nixpkgs, its library, NUR, a configuration.
#
# A stand-in answers every name that occurs in the project's own text (`words`) with a stand-in; it
# can be called, and reads as a path. It says nothing of whether nixpkgs has that name.
{ words }:
let
  inherit (builtins)
    attrNames
    elem
    elemAt
    filter
    foldl'
    genList
    head
    isAttrs
    isList
    isString
    length
    listToAttrs
    map
    mapAttrs
    match
    replaceStrings
    stringLength
    substring
    tail
    toJSON
    ;

  mark = "nxc-scaffold-stand-in";
  # Holds the few files of nixpkgs that compositions import by their path.
  folder = toString ./nxc-scaffold-stand-in;
  # The names that stand-ins use for themselves.
  own = [
    "_type"
    "type"
    "outPath"
    "drvPath"
    "__functor"
    "__toString"
    "standIn"
    "called"
    "name"
    "pname"
    "version"
    "lib"
  ];
  named = filter (word: !(elem word own)) words;
  base = listToAttrs (
    map (word: {
      name = word;
      value = fake;
    }) named
  );

  standIn =
    name:
    base
    // {
      type = "derivation";
      standIn = name;
      inherit name;
      pname = name;
      version = "0";
      outPath = "${folder}/${name}";
      drvPath = "${folder}/${name}.drv";
      # What a function makes of its arguments is not known: two of one name need not be the same.
      __functor =
        _: _:
        standIn name
        // {
          called = true;
          outPath = "${folder}/called-${name}";
        };
    };
  fake = standIn "value";
  isStandIn = value: isAttrs value && value ? standIn;

  ofWords =
    f:
    listToAttrs (
      map (word: {
        name = word;
        value = f word;
      }) named
    );

  pkgs =
    standIn "pkgs"
    // ofWords standIn
    // {
      inherit lib;
      system = "x86_64-linux";
      stdenv = standIn "stdenv" // {
        inherit lib;
        isLinux = true;
        isDarwin = false;
        hostPlatform = standIn "platform" // {
          system = "x86_64-linux";
          isLinux = true;
          isDarwin = false;
          isx86_64 = true;
          isAarch64 = false;
        };
        system = "x86_64-linux";
      };
      nur = nurOf (word: standIn "nur.repos.${word}");
      path = folder;
      formats = standIn "formats";
    };

  nurOf = f: {
    repos = ofWords (
      repo:
      ofWords (name: f "${repo}.${name}")
      // {
        modules = ofWords (name: standIn "${repo}.modules.${name}");
      }
    );
  };
  nur = nurOf (word: standIn "nur.repos.${word}");

  # Nothing is on unless a role says so.
  off = {
    enable = false;
    enabled = false;
    isContainer = false;
  };
  config = standIn "config" // ofWords (_: config) // off;

  # --- the functions of nixpkgs' library that compositions use ------------------------------------

  concatMap = builtins.concatMap;
  optional = condition: value: if condition == true then [ value ] else [ ];
  optionals = condition: values: if condition == true then values else [ ];
  range = first: last: if first > last then [ ] else genList (n: first + n) (last - first + 1);
  nameValuePair = name: value: { inherit name value; };
  concatStrings = builtins.concatStringsSep "";
  imap0 = f: list: genList (n: f n (elemAt list n)) (length list);
  imap1 = f: list: genList (n: f (n + 1) (elemAt list n)) (length list);
  recursiveUpdate =
    left: right:
    if isAttrs left && isAttrs right && !(isStandIn left) && !(isStandIn right) then
      left
      // mapAttrs (
        name: value: if left ? ${name} then recursiveUpdate left.${name} value else value
      ) right
    else
      right;
  optionalString = condition: text: if condition == true then text else "";
  attrByPath =
    path: default: set:
    if path == [ ] then
      set
    else if isAttrs set && set ? ${head path} then
      attrByPath (tail path) default set.${head path}
    else
      default;
  setAttrByPath =
    path: value: if path == [ ] then value else { ${head path} = setAttrByPath (tail path) value; };
  fold =
    op: nul: list:
    let
      go = n: if n == length list then nul else op (elemAt list n) (go (n + 1));
    in
    go 0;
  genAttrs =
    names: f:
    listToAttrs (
      map (name: {
        inherit name;
        value = f name;
      }) names
    );
  filterAttrs = keep: set: removeAttrs set (filter (name: !(keep name set.${name})) (attrNames set));
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasSuffix =
    suffix: text:
    let
      rest = stringLength text - stringLength suffix;
    in
    rest >= 0 && substring rest (stringLength suffix) text == suffix;
  escape = list: replaceStrings list (map (c: "\\${c}") list);
  escapeRegex = escape [
    "\\"
    "^"
    "$"
    "."
    "|"
    "?"
    "*"
    "+"
    "("
    ")"
    "["
    "]"
    "{"
    "}"
  ];
  hasInfix =
    infix: text: match ".*${escapeRegex infix}.*" (replaceStrings [ "\n" ] [ " " ] text) != null;
  splitString = separator: text: filter isString (builtins.split (escapeRegex separator) text);
  escapeShellArg = value: "'${replaceStrings [ "'" ] [ "'\\''" ] (toString value)}'";
  override = priority: content: {
    _type = "override";
    inherit priority content;
  };
  order = priority: content: {
    _type = "order";
    inherit priority content;
  };
  fix =
    f:
    let
      x = f x;
    in
    x;

  functions = {
    inherit (builtins)
      all
      any
      attrNames
      attrValues
      compareVersions
      concatLists
      concatMap
      concatStringsSep
      elem
      elemAt
      filter
      foldl'
      fromJSON
      functionArgs
      genList
      getAttr
      hasAttr
      head
      isAttrs
      isBool
      isFunction
      isInt
      isList
      isString
      length
      listToAttrs
      mapAttrs
      match
      partition
      pathExists
      readFile
      replaceStrings
      seq
      deepSeq
      sort
      stringLength
      substring
      tail
      trace
      ;
    inherit
      attrByPath
      concatStrings
      escape
      escapeRegex
      escapeShellArg
      filterAttrs
      fix
      fold
      genAttrs
      hasInfix
      hasPrefix
      hasSuffix
      imap0
      imap1
      mapAttrsToList
      nameValuePair
      optional
      optionalString
      optionals
      range
      recursiveUpdate
      setAttrByPath
      splitString
      ;
    add = builtins.add;
    boolToString = value: if value then "true" else "false";
    callPackageWith =
      _: _: _:
      fake;
    catAttrs = builtins.catAttrs;
    concat = a: b: a ++ b;
    concatMapAttrs = f: set: foldl' (all: one: all // one) { } (mapAttrsToList f set);
    concatMapStrings = f: list: concatStrings (map f list);
    concatMapStringsSep =
      separator: f: list:
      builtins.concatStringsSep separator (map f list);
    concatLines = list: builtins.concatStringsSep "" (map (line: "${line}\n") list);
    const = a: _: a;
    count = keep: list: length (filter keep list);
    escapeShellArgs = list: builtins.concatStringsSep " " (map escapeShellArg list);
    evalModules = _: fake;
    extend = _: fake;
    fakeHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    fakeSha256 = "0000000000000000000000000000000000000000000000000000000000000000";
    findFirst =
      keep: default: list:
      let
        found = filter keep list;
      in
      if found == [ ] then default else head found;
    flatten =
      let
        flat = value: if isList value then builtins.concatMap flat value else [ value ];
      in
      flat;
    flip =
      f: a: b:
      f b a;
    foldr = fold;
    foldAttrs =
      op: nul: list:
      foldl' (all: one: all // mapAttrs (n: v: op v (all.${n} or nul)) one) { } list;
    forEach = list: f: map f list;
    getAttrFromPath = path: set: attrByPath path fake set;
    getAttrs = names: set: genAttrs names (name: set.${name});
    getBin = value: value;
    getExe = value: "${value}/bin/program";
    getExe' = value: name: "${value}/bin/${name}";
    getLib = value: value;
    hasAttrByPath =
      path: set:
      path == [ ]
      || (isAttrs set && set ? ${head path} && functions.hasAttrByPath (tail path) set.${head path});
    id = value: value;
    inPureEvalMode = false;
    init = list: genList (elemAt list) (length list - 1);
    isDerivation = value: isAttrs value && (value.type or "") == "derivation";
    isStorePath = _: false;
    last = list: elemAt list (length list - 1);
    literalExpression = text: text;
    makeBinPath = list: builtins.concatStringsSep ":" (map (value: "${value}/bin") list);
    makeLibraryPath = list: builtins.concatStringsSep ":" (map (value: "${value}/lib") list);
    makeOverridable = f: f;
    mapAttrs' = f: set: listToAttrs (mapAttrsToList f set);
    mapAttrsFlatten = mapAttrsToList;
    max = a: b: if a > b then a else b;
    mdDoc = text: text;
    min = a: b: if a < b then a else b;
    mkAfter = order 1500;
    mkBefore = order 500;
    mkAliasOptionModule = _: _: fake;
    mkDefault = override 1000;
    mkEnableOption = _: { _type = "option"; };
    mkForce = override 50;
    mkIf = condition: content: {
      _type = "if";
      inherit condition content;
    };
    mkImageMediaOverride = override 60;
    mkMerge = contents: {
      _type = "merge";
      inherit contents;
    };
    mkOption = _: { _type = "option"; };
    mkOptionDefault = override 1500;
    mkOrder = order;
    mkOverride = override;
    mkPackageOption = _: _: _: { _type = "option"; };
    mkVMOverride = override 10;
    mod = a: b: a - b * (a / b);
    nixosSystem = _: fake;
    optionalAttrs = condition: set: if condition == true then set else { };
    pipe = foldl' (value: f: f value);
    recurseIntoAttrs = value: value;
    removePrefix =
      prefix: text: if hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
    removeSuffix =
      suffix: text:
      if hasSuffix suffix text then substring 0 (stringLength text - stringLength suffix) text else text;
    replicate = n: value: genList (_: value) n;
    reverseList =
      list:
      let
        n = length list;
      in
      genList (i: elemAt list (n - i - 1)) n;
    singleton = value: [ value ];
    sublist =
      start: n: list:
      let
        have = length list;
        size =
          if start >= have then
            0
          else if start + n > have then
            have - start
          else
            n;
      in
      genList (i: elemAt list (start + i)) size;
    subtractLists = gone: filter (item: !(elem item gone));
    take = n: list: functions.sublist 0 n list;
    drop = n: list: functions.sublist n (length list) list;
    inherit toJSON;
    toList = value: if isList value then value else [ value ];
    toLower = text: text;
    toUpper = text: text;
    toInt = text: builtins.fromJSON text;
    trivial = functions;
    unique = foldl' (all: item: if elem item all then all else all ++ [ item ]) [ ];
    updateManyAttrsByPath = _: set: set;
    versionAtLeast = a: b: builtins.compareVersions a b != -1;
    versionOlder = a: b: builtins.compareVersions a b == -1;
    warn = _: value: value;
    warnIf =
      _: _: value:
      value;
    zipAttrs = _: { };
    zipAttrsWith = _: _: { };
    zipListsWith =
      f: a: b:
      genList (i: f (elemAt a i) (elemAt b i)) (functions.min (length a) (length b));
    zipLists = functions.zipListsWith (fst: snd: { inherit fst snd; });
    cartesianProductOfSets = _: [ ];
    lists = functions;
    attrsets = functions;
    strings = functions;
    modules = functions;
    options = functions;
    fixedWidthNumber = width: n: functions.fixedWidthString width "0" (toString n);
    fixedWidthString =
      width: filler: text:
      if stringLength text >= width then
        text
      else
        functions.fixedWidthString width filler "${filler}${text}";
    types = standIn "types";
    licenses = standIn "licenses";
    maintainers = standIn "maintainers";
    platforms = standIn "platforms";
    generators = standIn "generators";
  };
  lib = standIn "lib" // functions;

  # --- the functions of the library's helpers -----------------------------------------------------

  many =
    make: name: n:
    listToAttrs (
      map (index: {
        name = "${name}${toString index}";
        value = make index;
      }) (range 1 n)
    );
  merge = foldl' (all: one: all // one) { };
  helpers = {
    makeMany = role: many (_: role);
    makeManyById = many;
    mapListToAttrs = op: list: merge (map op list);
    mapAttrNamesToAttrs = op: set: merge (map op (attrNames set));
    mapAttrsToAttrs = op: set: merge (map (name: op name set.${name}) (attrNames set));
    callPackage = _: _: fake;
  };
in
{
  # What a text that stands in no file of its own may refer to.
  scope = base // {
    inherit lib pkgs;
    system = "x86_64-linux";
  };
  inherit
    config
    fake
    folder
    helpers
    isStandIn
    lib
    mark
    nur
    pkgs
    ;
}
