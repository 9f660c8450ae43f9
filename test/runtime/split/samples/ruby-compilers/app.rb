require "bundler/setup"
require "fasttwice"
require "plainweb"

$stdout.sync = true
Plainweb.serve(4568) { |path| "#{path} #{Fasttwice.twice(21)}" }
