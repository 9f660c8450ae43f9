Gem::Specification.new do |spec|
  spec.name = "fasttwice"
  spec.version = "1.0"
  spec.summary = "Doubles a number, in C"
  spec.authors = ["tests"]
  spec.files = ["ext/fasttwice/extconf.rb", "ext/fasttwice/fasttwice.c"]
  spec.extensions = ["ext/fasttwice/extconf.rb"]
end
