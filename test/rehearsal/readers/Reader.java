import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.DriverManager;

/** Answers each line of SQL with one line: the first value of its first row. */
public class Reader {
  public static void main(String[] arguments) throws Exception {
    var user = System.getenv("PGUSER");
    var password = System.getenv("PGPASSWORD");
    var lines = new BufferedReader(new InputStreamReader(System.in));
    try (var connection = DriverManager.getConnection(arguments[0], user, password)) {
      for (var sql = lines.readLine(); sql != null; sql = lines.readLine()) {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
          rows.next();
          System.out.println(rows.getString(1));
        } catch (java.sql.SQLException error) {
          System.out.println("ERROR: " + error.getMessage().replace('\n', ' '));
        }
        System.out.flush();
      }
    }
  }
}
