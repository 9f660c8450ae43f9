Gem::Specification.new do |spec|
  spec.name = "plainweb"
  spec.version = "1.0"
  spec.summary = "Answers requests with one text"
  spec.authors = ["tests"]
  spec.files = ["lib/plainweb.rb"]
end
