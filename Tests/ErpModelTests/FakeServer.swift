import Foundation
import Synchronization

@testable import ErpModel

/// Tests/support/fake_model.py: one for all tests, which tell their requests apart by a number of their own.
struct FakeServer {
    private static let number = Atomic(0)
    private static let shared = Result { try FakeServerProcess() }

    private let process: FakeServerProcess
    private let mark: String

    init() throws {
        self.init(try FakeServer.shared.get())
    }

    init(_ process: FakeServerProcess) {
        self.process = process
        mark = "--\(FakeServer.number.add(1, ordering: .relaxed).newValue)/"
    }

    /// The requests of this test so far: path, headers and body.
    var requests: [JSONText] {
        let text = (try? String(contentsOf: process.log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { JSONText(trusted: String($0)) }.filter { request in
            request["path"]?.string?.contains(mark) == true
        }
    }

    /// The settings of a client that meets one behaviour of the server.
    func settings(_ behaviour: String, _ provider: String = "anthropic", _ more: String = "") throws -> ModelSettings {
        let url = "\(process.root)/\(behaviour)\(mark)"
        return try ModelSettings(#"{"provider":"\#(provider)","model":"m-1","url":"\#(url)"\#(more)}"#, url: nil)
    }

    func model(
        _ behaviour: String, _ provider: String = "anthropic", _ more: String = "", interrupt: Int32? = nil
    ) throws -> HTTPModel {
        try HTTPModel(
            try settings(behaviour, provider, more), environment: FakeServer.environment, interrupt: interrupt)
    }

    static let environment = ModelEnvironment(
        variable: { $0 == "ERP_MODEL_KEY" ? "sk-test-4711" : nil }, file: { _ in nil })
}

/// A running server; it ends when its standard input does, with this program at the latest.
final class FakeServerProcess: Sendable {
    let log: URL
    let root: String
    private let input: FileHandle

    /// - Parameter tls: files with a certificate and its key.
    init(tls: [String] = []) throws {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        log = FileManager.default.temporaryDirectory.appending(path: "erp-fake-model-\(UUID().uuidString)")
        let script = ModelVectors.folder.appending(path: "../support/fake_model.py").path
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script, "--log", log.path] + (tls.isEmpty ? [] : ["--tls"] + tls)
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.input = input.fileHandleForWriting
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        root = "\(tls.isEmpty ? "http" : "https")://127.0.0.1:\(port.filter(\.isNumber))"
    }
}
