require 'webrick'

server = WEBrick::HTTPServer.new(Port: 3000, BindAddress: '0.0.0.0')
server.mount_proc('/') { |_request, response| response.body = "ruby\n" }
server.mount_proc('/up') { |_request, response| response.body = "up\n" }
trap('TERM') { server.shutdown }
server.start
