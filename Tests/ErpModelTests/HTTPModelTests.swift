import Foundation
import Testing

@testable import ErpModel

@Suite("Models over HTTP")
struct HTTPModelTests {
    private let request = ModelRequest(system: "s", messages: [.user("ping")], tools: [], maximumTokens: 64)

    private func error(_ model: HTTPModel) -> ModelError? {
        do throws(ModelError) {
            _ = try model.reply(to: request)
            return nil
        } catch {
            return error
        }
    }

    /// The error of a call and the milliseconds until it came.
    private func timed(_ model: HTTPModel) -> (error: ModelError?, milliseconds: Int64) {
        let start = Monotonic.milliseconds()
        let error = error(model)
        return (error, Monotonic.milliseconds() - start)
    }

    @Test("every recorded reply is read from a server, whole and in pieces", arguments: ["stream", "dribble"])
    func recorded(behaviour: String) throws {
        let server = try FakeServer()
        for vector in ModelVectors.replies {
            let provider = vector.stream.hasPrefix("anthropic") ? "anthropic" : "openai"
            let reply = try server.model("\(behaviour).\(vector.stream)", provider).reply(to: request)
            #expect(summary(reply) == summary(vector.expected))
            #expect(reply.requestID == "req_fake")
            #expect(reply.attempts == 1)
        }
    }

    @Test("path and headers are the provider's, the key in none but its own")
    func headers() throws {
        let server = try FakeServer()
        _ = try server.model("stream.anthropic_text").reply(to: request)
        _ = try server.model("stream.openai_text", "openai").reply(to: request)
        let sent = server.requests
        #expect(
            sent.map { $0["path"]?.string?.split(separator: "/").dropFirst().joined(separator: "/") } == [
                "v1/messages", "chat/completions",
            ])
        #expect(sent[0]["headers"]?["x-api-key"]?.string == "sk-test-4711")
        #expect(sent[0]["headers"]?["anthropic-version"]?.string == "2023-06-01")
        #expect(sent[0]["headers"]?["authorization"] == nil)
        #expect(sent[1]["headers"]?["authorization"]?.string == "Bearer sk-test-4711")
        #expect(sent[1]["headers"]?["x-api-key"] == nil)
        #expect(sent.allSatisfy { $0["headers"]?["content-type"]?.string == "application/json" })
    }

    @Test("one client serves a conversation")
    func conversation() throws {
        let server = try FakeServer()
        let model = try server.model("flaky.0.500")
        for _ in 0..<5 { #expect(try model.reply(to: request).text == "pong") }
    }

    @Test("a busy server is asked again", arguments: [429, 500, 529])
    func busy(status: Int) throws {
        let server = try FakeServer()
        let reply = try server.model("flaky.1.\(status)").reply(to: request)
        #expect(reply.text == "pong")
        #expect(reply.attempts == 2)
        let tired = try #require(error(try server.model("fail.\(status)", "openai", #","attempts":2"#)))
        #expect(tired.code == .overloaded)
        #expect(tired.httpStatus == status)
        #expect(tired.requestID == "req_fake")
        #expect(tired.message == "HTTP \(status): the fake server fails")
        #expect(server.requests.count == 4)
    }

    @Test("Retry-After is kept, and one that is too long is handed on")
    func retryAfter() throws {
        let server = try FakeServer()
        let model = try server.model("wait.Retry-After.1")
        let start = Monotonic.milliseconds()
        #expect(try model.reply(to: request).attempts == 2)
        #expect(Monotonic.milliseconds() - start >= 1_000)
        let long = try #require(error(try server.model("wait.Retry-After.61")))
        #expect(long.retryAfterMilliseconds == 61_000)
        let short = timed(try server.model("wait.Retry-After.5", "openai", #","timeout_seconds":2"#))
        #expect(short.error?.retryAfterMilliseconds == 5_000)
        #expect(short.milliseconds < 4_000)
    }

    @Test("what will not pass is asked once", arguments: [400, 401, 403, 404])
    func permanent(status: Int) throws {
        let server = try FakeServer()
        #expect(error(try server.model("fail.\(status)"))?.httpStatus == status)
        #expect(server.requests.count == 1)
    }

    @Test("a key that a server repeats is not told", arguments: ["anthropic", "openai"])
    func leak(provider: String) throws {
        let server = try FakeServer()
        let message = try #require(error(try server.model("leak", provider))).message
        #expect(message.hasPrefix("HTTP 401: this key is wrong: "))
        #expect(message.hasSuffix("… next line"))
        #expect(!message.contains("4711"))
    }

    @Test("a redirect is not followed")
    func redirect() throws {
        let server = try FakeServer()
        #expect(error(try server.model("redirect", "openai"))?.httpStatus == 307)
        #expect(server.requests.count == 1)
    }

    @Test("a reply that breaks off is asked for again, then given up", arguments: ["anthropic_tools", "openai_tools"])
    func cut(stream: String) throws {
        let server = try FakeServer()
        let provider = stream.hasPrefix("anthropic") ? "anthropic" : "openai"
        let broken = try #require(error(try server.model("cut.\(stream)", provider, #","attempts":2"#)))
        #expect(broken.code == .unreachable)
        #expect(server.requests.count == 2)
    }

    @Test(
        "silence and a reply that stalls end with the time for silence",
        arguments: ["silent", "stall.anthropic_tools"]
    )
    func idle(behaviour: String) throws {
        let server = try FakeServer()
        let late = timed(try server.model(behaviour, "anthropic", #","attempts":1,"idle_seconds":0.2"#))
        #expect(late.error?.code == .timedOut)
        #expect(late.error?.message == "nothing came from the server for 200 ms")
        #expect(late.milliseconds < 4_000)
    }

    @Test("an endless reply ends with the time for the call, or with its length")
    func endless() throws {
        let server = try FakeServer()
        let more = #","timeout_seconds":0.3,"response_bytes":268435456"#
        let late = timed(try server.model("endless", "anthropic", more))
        #expect(late.error?.code == .timedOut)
        #expect(late.milliseconds < 4_000)
        let bounded = try server.model("endless", "openai", #","response_bytes":100000"#)
        #expect(error(bounded)?.code == .tooLarge)
    }

    @Test("ten megabytes are too many", arguments: ["anthropic", "openai"])
    func big(provider: String) throws {
        let server = try FakeServer()
        #expect(error(try server.model("big", provider))?.message == "the reply is longer than 8388608 bytes")
        #expect(server.requests.count == 1)
    }

    @Test(
        "what is no stream of a model is malformed, an empty one broken off",
        arguments: [
            ("garbage", ModelError.Code.malformedReply), ("page", .malformedReply), ("empty", .unreachable),
        ]
    )
    func garbage(behaviour: String, code: ModelError.Code) throws {
        let server = try FakeServer()
        for provider in ["anthropic", "openai"] {
            #expect(error(try server.model(behaviour, provider, #","attempts":1"#))?.code == code)
        }
    }

    @Test("a call is broken off at once, in silence, in a stream and between attempts")
    func interrupted() throws {
        let server = try FakeServer()
        for behaviour in ["silent", "endless", "fail.503"] {
            let pipe = Pipe()
            let descriptor = pipe.fileHandleForReading.fileDescriptor
            let more = #","response_bytes":268435456"#
            let model = try server.model(behaviour, "anthropic", more, interrupt: descriptor)
            DispatchQueue.global().asyncAfter(deadline: .now() + 0.1) {
                pipe.fileHandleForWriting.write(Data([1]))
            }
            let broken = timed(model)
            #expect(broken.error?.code == .cancelled, "\(behaviour)")
            #expect(broken.milliseconds < 4_000)
        }
    }

    @Test("nobody there is unreachable, and asked again")
    func unreachable() throws {
        let settings = try ModelSettings(
            #"{"provider":"compatible","model":"m","url":"http://127.0.0.1:1","attempts":2}"#, url: nil)
        let nobody = try #require(error(try HTTPModel(settings, environment: FakeServer.environment)))
        #expect(nobody.code == .unreachable)
        #expect(nobody.isTransient)
    }

    @Test("the next model answers when one fails, and all reasons are told when none does")
    func fallback() throws {
        let server = try FakeServer()
        let broken = try server.model("fail.401")
        let sound = try server.model("stream.openai_text", "openai")
        var chain = FallbackModel([broken, try server.model("garbage"), sound])
        #expect(try chain.reply(to: request).model == "gpt-5-2025-08-07")
        var hopeless = FallbackModel([broken, try server.model("garbage")])
        #expect {
            try hopeless.reply(to: request)
        } throws: { error in
            (error as? ModelError)?.message.hasPrefix("HTTP 401: the fake server fails; then the model's reply") == true
        }
    }

    @Test("a certificate must be one that is trusted, for the name it has")
    func certificates() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "erp-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func server(_ name: String) throws -> (server: FakeServer, authorities: String) {
            let (certificate, key) = ("\(folder.path)/\(name).pem", "\(folder.path)/\(name).key")
            let openssl = Process()
            openssl.executableURL = URL(filePath: "/usr/bin/openssl")
            openssl.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=fake", "-addext", "subjectAltName=\(name)", "-keyout", key, "-out", certificate,
            ]
            openssl.standardError = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
            let process = try FakeServerProcess(tls: [certificate, key])
            return (FakeServer(process), #","authorities":"\#(certificate)""#)
        }
        let (right, authorities) = try server("IP:127.0.0.1")
        #expect(try right.model("stream.openai_text", "openai", authorities).reply(to: request).text.isEmpty == false)
        let unknown = try #require(error(try right.model("stream.openai_text", "openai")))
        #expect(unknown.code == .unreachable)
        #expect(!unknown.isTransient)
        #expect(right.requests.count == 1)
        let (wrong, others) = try server("DNS:other.example")
        #expect(error(try wrong.model("stream.openai_text", "openai", others))?.isTransient == false)
        #expect(wrong.requests.isEmpty)
    }
}

@Suite("Embeddings over HTTP")
struct EmbedderTests {
    @Test("each text has its vector, in the texts' order")
    func order() throws {
        let server = try FakeServer()
        let embedder = try HTTPEmbedder(try server.settings("vectors", "openai"), environment: FakeServer.environment)
        let both = try embedder.embed(["one", "two"])
        #expect(both.vectors.count == 2)
        #expect(both.vectors[0].count == 8)
        #expect(both.vectors[0] != both.vectors[1])
        #expect(try embedder.embed(["two"]).vectors == [both.vectors[1]])
        #expect(both.inputTokens == 6)
        #expect(both.model == "fake-embedder")
        #expect(both.requestID == "req_fake")
    }

    @Test("nothing to embed, and a provider without embeddings, are refused")
    func refused() throws {
        let server = try FakeServer()
        let embedder = try HTTPEmbedder(try server.settings("vectors", "openai"), environment: FakeServer.environment)
        #expect(throws: ModelError.self) { try embedder.embed([]) }
        #expect(throws: ModelError.self) { try embedder.embed(["a", ""]) }
        #expect(server.requests.isEmpty)
        #expect(throws: ModelError.self) {
            try HTTPEmbedder(try server.settings("vectors"), environment: FakeServer.environment)
        }
    }

    @Test(
        "vectors must be complete, finite and of one dimension",
        arguments: [
            "", "[]", "{}", #"{"data":[{"index":0,"embedding":[1]}]}"#,
            #"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#,
            #"{"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]}"#,
            #"{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}"#,
            #"{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]}"#,
            #"{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":["1"]}]}"#,
            #"{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1e99]}]}"#,
        ]
    )
    func malformed(body: String) {
        #expect {
            try HTTPEmbedder.read(Array(body.utf8), count: 2, requestID: nil)
        } throws: { ($0 as? ModelError)?.code == .malformedReply }
    }
}
