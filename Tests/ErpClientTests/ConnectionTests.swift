import ErpClient
import Foundation
import Testing

/// A server to test against: ERP_TEST_PGHOST names it, ERP_TEST_PGPORT, _PGDATABASE and _PGUSER where needed.
private enum TestServer {
    static let isThere: Bool = {
        let environment = ProcessInfo.processInfo.environment
        guard environment["ERP_TEST_PGHOST"] != nil else { return false }
        for name in ["PGHOST", "PGPORT", "PGDATABASE", "PGUSER"] {
            if let value = environment["ERP_TEST_\(name)"] { setenv(name, value, 1) }
        }
        return true
    }()

    static func connect() throws(PostgresError) -> PostgresConnection {
        try PostgresConnection(applicationName: "erp-tests")
    }
}

@Suite("Connection", .enabled(if: TestServer.isThere, "ERP_TEST_PGHOST names no server"))
struct ConnectionTests {
    @Test("values are decoded by type, NULL apart")
    func decoding() throws {
        let connection = try TestServer.connect()
        let result = try connection.query(
            "SELECT 9007199254740993::bigint AS big, $1::text AS word, true AS yes, NULL::int AS nothing, 0.10::numeric AS n",
            ["it's ü"]
        )
        let row = try #require(result.first)
        #expect(result.columns == ["big", "word", "yes", "nothing", "n"])
        #expect(try row.decode("big", as: Int64.self) == 9_007_199_254_740_993)
        #expect(try row.decode("word") == "it's ü")
        #expect(try row.decode("yes") == true)
        #expect(try row.decodeIfPresent("nothing", as: Int32.self) == nil)
        #expect(try row.decode("n", as: PostgresNumeric.self).digits == "0.10")
        #expect(throws: PostgresError.self) { try row.decode("nothing", as: Int32.self) }
        #expect(throws: PostgresError.self) { try row.decode("word", as: Int32.self) }
        #expect(throws: PostgresError.self) { try row.decode("absent", as: Int32.self) }
    }

    @Test("an error carries everything the server said")
    func errors() throws {
        let connection = try TestServer.connect()
        let sql = """
            DO $$ BEGIN RAISE 'no' USING ERRCODE = 'RP301', DETAIL = '{"gap": 5}', HINT = 'wait', CONSTRAINT = 'limit',
                TABLE = 'orders', SCHEMA = 'erp'; END $$
            """
        do throws(PostgresError) {
            try connection.execute(script: sql)
            Issue.record("no error")
        } catch {
            #expect(error.sqlState.rawValue == "RP301")
            #expect(error.message == "no")
            #expect(error.detail == #"{"gap": 5}"#)
            #expect(error.hint == "wait")
            #expect(error.constraint == "limit")
            #expect(error.table == "orders")
            #expect(error.schema == "erp")
        }
        #expect(try connection.query("SELECT 1").count == 1)
    }

    @Test("a script is one transaction and stops at its first error, with its position")
    func scripts() throws {
        let connection = try TestServer.connect()
        try connection.execute(script: "CREATE TEMPORARY TABLE t (x int); INSERT INTO t VALUES (1)")
        do throws(PostgresError) {
            try connection.execute(script: "INSERT INTO t VALUES (2); SELECT nonsense; INSERT INTO t VALUES (3)")
            Issue.record("no error")
        } catch {
            #expect(error.sqlState.rawValue == "42703")
            #expect(error.position != nil)
        }
        #expect(try connection.query("SELECT x FROM t").count == 1)
    }

    @Test("pipelined statements are answered in order, and one that fails leaves the others alone")
    func pipeline() throws {
        let connection = try TestServer.connect()
        try connection.prepare("divide", "SELECT 10 / $1::int")
        try connection.startPipeline()
        for divisor in ["2", "0", "5"] { try connection.enqueue(prepared: "divide", [divisor]) }
        var answers: [String] = []
        let deadline = Moment.now().advanced(milliseconds: 5_000)
        while answers.count < 3, Moment.now() < deadline {
            _ = try connection.flush()
            _ = waitForSockets([SocketInterest(descriptor: connection.socket)], until: deadline)
            try connection.receive()
            while let reply = try connection.nextReply() {
                switch reply {
                case .rows(let result): answers.append(result.first?.text(0) ?? "")
                case .failure(let error): answers.append(error.sqlState.rawValue)
                }
            }
        }
        #expect(answers == ["5", "22012", "2"])
    }

    @Test("a notification wakes poll(2)")
    func listening() throws {
        let listener = try TestServer.connect()
        let sender = try TestServer.connect()
        try listener.listen(to: "erp_test_channel")
        _ = try sender.query("SELECT pg_notify('erp_test_channel', '')")
        let deadline = Moment.now().advanced(milliseconds: 5_000)
        var heard: [String] = []
        while heard.isEmpty, Moment.now() < deadline {
            _ = waitForSockets([SocketInterest(descriptor: listener.socket)], until: deadline)
            try listener.receive()
            heard = listener.notifications()
        }
        #expect(heard == ["erp_test_channel"])
    }

    @Test("row types read their views")
    func rowTypes() throws {
        let connection = try TestServer.connect()
        // Only an installed database has the views.
        guard try connection.query("SELECT 1 WHERE to_regclass('public.erp_agents') IS NOT NULL").count == 1 else {
            return
        }
        let agents = try connection.rows(of: AgentsRow.self, where: "role_name = $1", ["sales_agent"])
        #expect(agents.map(\.databaseRole) == ["sales_agent"])
        #expect(agents.first?.financialAuthorityLimit.digits == "25000.0000")
        _ = try connection.rows(of: TaskEventsRow.self)
        _ = try connection.rows(of: CustomersRow.self)
    }

    @Test("a terminated connection is an error of class 08 or 57, and no longer alive")
    func terminated() throws {
        let victim = try TestServer.connect()
        let killer = try TestServer.connect()
        _ = try killer.query("SELECT pg_terminate_backend($1, 5000)", ["\(victim.backendProcess)"])
        do throws(PostgresError) {
            _ = try victim.query("SELECT 1")
            Issue.record("no error")
        } catch {
            #expect(["08", "57"].contains(String(error.sqlState.category)))
        }
        #expect(!victim.isAlive)
    }
}
