Gem::Specification.new do |s|
  s.name = "bongo"
  s.version = "1.0.2"
  s.summary = "Plays the bongo"
  s.homepage = "https://bongo.example.org"
  s.license = "MIT"
  s.executables = ["bongo"]
end
