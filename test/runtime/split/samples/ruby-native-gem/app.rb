require "bundler/setup"
require "fasttwice"
require "plainweb"

$stdout.sync = true
Plainweb.serve(4567) { |path| "#{path} #{Fasttwice.twice(21)}" }
