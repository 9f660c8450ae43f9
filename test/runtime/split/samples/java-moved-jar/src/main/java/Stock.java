import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Stock {
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(8201), 0);
        server.createContext("/", exchange -> {
            byte[] body = System.getenv("GREETING").getBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
