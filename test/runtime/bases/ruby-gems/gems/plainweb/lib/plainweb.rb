require "socket"

# Answers every request with what the block gives for its path.
module Plainweb
  def self.serve(port)
    server = TCPServer.new("0.0.0.0", port)
    trap("TERM") { exit 0 }
    loop do
      client = server.accept
      path = client.gets.to_s.split[1].to_s
      nil until client.gets.to_s.strip.empty?
      body = yield(path)
      client.write("HTTP/1.1 200 OK\r\nContent-Length: #{body.bytesize}\r\nConnection: close\r\n\r\n#{body}")
      client.close
    end
  end
end
