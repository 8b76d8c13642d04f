internal import Glibc

/// A file of SQL, in memory.
struct SQLFile: Equatable {
    /// Path below the SQL directory.
    let path: String
    let text: String
}

/// A migration file: `migrations/NNNN_<what>.sql`.
struct Migration: Equatable {
    let version: Int
    let name: String
    let file: SQLFile
}

/// The files of the SQL directory in the order they are installed in.
struct SQLTree: Equatable {
    var roles: SQLFile
    /// The functions of the portable mode.
    var portableCode: [SQLFile]
    /// The functions that the extension brings in native mode.
    var nativeCode: [SQLFile]
    var migrations: [Migration]
    var bindings: [SQLFile]
    var minimalSeed: [SQLFile]
    var sampleSeed: [SQLFile]

    struct Unreadable: Error, Equatable {
        let message: String
    }
}

extension SQLTree {
    /// Reads the directory.
    init(directory: String) throws(Unreadable) {
        let reader = SQLReader(root: directory)
        roles = try reader.file("bindings/roles.sql")
        portableCode = try reader.listed("LOADORDER", onlyFor: "portable")
        nativeCode = try reader.listed("LOADORDER", onlyFor: "native")
        migrations = try reader.migrations()
        bindings = []
        for name in try reader.names("bindings") where name != "roles.sql" {
            bindings.append(try reader.file("bindings/\(name)"))
        }
        // The invariants are views on tables, so they come with what is re-run after every migration.
        for name in try reader.names("consistency") {
            bindings.append(try reader.file("consistency/\(name)"))
        }
        minimalSeed = try reader.listedIfPresent("seed/LOADORDER")
        sampleSeed = try reader.listedIfPresent("seed/sample/LOADORDER")
    }

    /// The standard places, the first that exists wins.
    static func standardDirectory() -> String? {
        ["sql", "/usr/local/share/headless-erp/sql", "/usr/share/headless-erp/sql"].first { directory in
            SQLReader(root: directory).exists("bindings/roles.sql")
        }
    }
}

/// Reads files below one directory.
struct SQLReader {
    let root: String

    func exists(_ path: String) -> Bool {
        access("\(root)/\(path)", R_OK) == 0
    }

    func file(_ path: String) throws(SQLTree.Unreadable) -> SQLFile {
        SQLFile(path: path, text: try text(path))
    }

    /// The `.sql` files of a folder in alphabetical order.
    func names(_ folder: String) throws(SQLTree.Unreadable) -> [String] {
        guard let stream = opendir("\(root)/\(folder)") else {
            throw SQLTree.Unreadable(message: "\(root)/\(folder): \(reason())")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".sql") { names.append(name) }
        }
        return names.sorted()
    }

    /// The files a LOADORDER names, relative to its folder; a second word restricts a line to one mode.
    func listed(_ list: String, onlyFor mode: String? = nil) throws(SQLTree.Unreadable) -> [SQLFile] {
        let folder = list.split(separator: "/").dropLast().map { "\($0)/" }.joined()
        var files: [SQLFile] = []
        for line in try text(list).split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let path = words.first else { continue }
            if words.count > 1, String(words[1]) != mode { continue }
            files.append(try file("\(folder)\(path)"))
        }
        return files
    }

    /// As `listed`, empty where the list is missing.
    func listedIfPresent(_ list: String) throws(SQLTree.Unreadable) -> [SQLFile] {
        exists(list) ? try listed(list) : []
    }

    /// The migrations by version.
    func migrations() throws(SQLTree.Unreadable) -> [Migration] {
        var migrations: [Migration] = []
        for name in try names("migrations") {
            let stem = String(name.dropLast(".sql".count))
            let digits = stem.prefix { $0 != "_" }
            guard digits.count == 4, let version = Int(digits), version > 0, stem.count > 5 else {
                throw SQLTree.Unreadable(message: "migrations/\(name): the name must be NNNN_<what>.sql")
            }
            if migrations.last?.version == version {
                throw SQLTree.Unreadable(message: "migrations/\(name): version \(digits) exists twice")
            }
            migrations.append(Migration(version: version, name: stem, file: try file("migrations/\(name)")))
        }
        return migrations
    }

    private func text(_ path: String) throws(SQLTree.Unreadable) -> String {
        let descriptor = open("\(root)/\(path)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SQLTree.Unreadable(message: "\(root)/\(path): \(reason())") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &block, block.count)
            guard count >= 0 else { throw SQLTree.Unreadable(message: "\(root)/\(path): \(reason())") }
            if count == 0 { break }
            bytes.append(contentsOf: block.prefix(count))
        }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw SQLTree.Unreadable(message: "\(root)/\(path): not UTF-8 text")
        }
        return text
    }

    private func reason() -> String { String(cString: strerror(errno)) }
}
