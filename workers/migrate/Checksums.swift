internal import ErpClient

extension TreeChecksums {
    /// Has the server compute the checksums; a part's is over its paths and files in order.
    init(of tree: SQLTree, by connection: PostgresConnection) throws(PostgresError) {
        func sha256(_ text: String) throws(PostgresError) -> String {
            let sql = "SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')"
            guard let row = try connection.query(sql, [text]).first else { return "" }
            return try row.decode(0)
        }
        func sha256(_ files: [SQLFile]) throws(PostgresError) -> String {
            try sha256(files.map { "-- \($0.path)\n\($0.text)" }.joined())
        }
        roles = try sha256([tree.roles])
        portableCode = try sha256(tree.portableCode)
        nativeCode = try sha256(tree.nativeCode)
        bindings = try sha256(tree.bindings)
        minimalSeed = try sha256(tree.minimalSeed)
        sampleSeed = try sha256(tree.sampleSeed)
        migrations = []
        for migration in tree.migrations { migrations.append(try sha256(migration.file.text)) }
    }
}
