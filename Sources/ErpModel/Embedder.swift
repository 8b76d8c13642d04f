/// Texts as points: near in meaning is near in space.
public struct Embeddings: Equatable, Sendable {
    /// One for each text, in its order, all of one dimension.
    public let vectors: [[Float]]
    public let inputTokens: Int
    public let model: String?
    public let requestID: String?
}

/// Turns texts into vectors.
public protocol Embedder {
    mutating func embed(_ texts: [String]) throws(ModelError) -> Embeddings
}

/// An embedder behind a server that speaks OpenAI's embeddings.
public struct HTTPEmbedder: Embedder {
    static let path = "/embeddings"
    private let endpoint: ModelEndpoint

    /// - Parameters:
    ///   - environment: where the key is.
    ///   - interrupt: a descriptor that becomes readable when a call is to be broken off.
    public init(
        _ settings: ModelSettings,
        environment: ModelEnvironment = .process,
        interrupt: Int32? = nil
    ) throws(ModelError) {
        guard settings.provider != .anthropic else {
            throw ModelError(.misconfigured, "provider anthropic has no embeddings: openai or compatible")
        }
        endpoint = try ModelEndpoint(settings, environment, interrupt: interrupt)
    }

    public func embed(_ texts: [String]) throws(ModelError) -> Embeddings {
        guard !texts.isEmpty, !texts.contains("") else {
            throw ModelError(.rejected, "there is no text to embed")
        }
        let body = HTTPEmbedder.body(texts, endpoint.settings)
        return try endpoint.call(HTTPEmbedder.path, body) { head, next throws(ModelError) in
            var bytes: [UInt8] = []
            while let more = try next() { bytes += more }
            return try HTTPEmbedder.read(bytes, count: texts.count, requestID: ProviderFailure.requestID(head))
        }.value
    }

    static func body(_ texts: [String], _ settings: ModelSettings) -> JSONText {
        settings.body.adding([
            ("model", .string(settings.model)),
            ("input", .array(texts.map { .string($0) })),
            ("encoding_format", .string("float")),
        ])
    }

    /// Reads a reply whose vectors may come in any order; they must be complete, finite and of one dimension.
    static func read(_ bytes: [UInt8], count: Int, requestID: String?) throws(ModelError) -> Embeddings {
        func malformed(_ what: String) -> ModelError {
            var error = ModelError(.malformedReply, "the embeddings are malformed: \(what)")
            error.requestID = requestID
            return error
        }
        guard let json = JSONText(validating: String(decoding: bytes, as: UTF8.self)), json.isObject else {
            throw malformed("they are no JSON object")
        }
        var vectors = [[Float]](repeating: [], count: count)
        for element in json["data"]?.elements ?? [] {
            guard let index = element["index"]?.integer.flatMap({ Int(exactly: $0) }), vectors.indices.contains(index),
                vectors[index].isEmpty
            else { throw malformed("an index is wrong") }
            vectors[index] = (element["embedding"]?.elements ?? []).map { Float($0.number ?? .nan) }
        }
        guard let dimension = vectors.first?.count, dimension > 0, vectors.allSatisfy({ $0.count == dimension }) else {
            throw malformed("not every text has a vector, or their dimensions differ")
        }
        guard vectors.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { throw malformed("a number is none") }
        return Embeddings(
            vectors: vectors,
            inputTokens: json["usage"]?["prompt_tokens"]?.count ?? 0,
            model: json["model"]?.string,
            requestID: requestID
        )
    }
}
