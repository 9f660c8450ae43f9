require "mkmf"
create_makefile("fasttwice")
