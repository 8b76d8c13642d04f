/// Which model answers, where it is, and within what limits.
public struct ModelSettings: Equatable, Sendable {
    /// The language a server speaks.
    public enum Provider: String, Equatable, Sendable {
        case anthropic
        case openai
        /// The same chat completions from Ollama, llama.cpp, vLLM and others; a key is optional.
        case compatible
    }

    public var provider: Provider
    public var model: String
    public var address: ServerAddress
    /// The name of the environment variable or systemd credential that holds the key.
    public var keyName = "ERP_MODEL_KEY"
    /// A file of certificate authorities to trust instead of the system's, for a server of your own.
    public var authorities: String?
    /// In the digits it was given; nil leaves it to the provider. Anthropic's current models take none.
    public var temperature: JSONText?
    /// Whether the stable part of a prompt is marked for the provider's cache.
    public var cachesPrompt = true
    /// Members added to each request as they are, such as a provider's switches for reasoning.
    public var body = JSONText.emptyObject
    public var attempts = 3
    /// For a call with all its attempts.
    public var totalMilliseconds: Int64 = 600_000
    public var limits = HTTPLimits(
        connectMilliseconds: 10_000, idleMilliseconds: 90_000, responseBytes: 8 << 20)
    /// Models asked in turn when this one fails.
    public var fallback: [ModelSettings] = []

    public init(provider: Provider, model: String, address: ServerAddress) {
        self.provider = provider
        self.model = model
        self.address = address
    }
}

// MARK: - Settings as data

extension ModelSettings {
    /// Reads `provider:model`, or the JSON object that docs/operations.md describes.
    ///
    /// - Parameter url: the server's address, where the settings name none.
    public init(_ text: String, url: String?) throws(ModelError) {
        if text.hasPrefix("{") {
            guard let json = JSONText(validating: text) else {
                throw ModelError(.misconfigured, "the settings of the model are no JSON")
            }
            try self.init(json, url: url)
            return
        }
        let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
        let provider = JSONText.string(String(text[..<colon]))
        let model = JSONText.string(String(text[colon...].dropFirst()))
        try self.init(.object([("provider", provider), ("model", model)]), url: url)
    }

    /// Reads a JSON object; a name that it does not know is refused, so that a slip is not ignored.
    public init(_ json: JSONText, url: String?) throws(ModelError) {
        var reader = try SettingsReader(json)
        let word = try reader.text("provider") ?? ""
        guard let provider = Provider(rawValue: word) else {
            throw ModelError(.misconfigured, "'\(word)' is no provider: anthropic, openai or compatible")
        }
        guard let model = try reader.text("model"), !model.isEmpty else {
            throw ModelError(.misconfigured, "the settings name no model")
        }
        guard let address = try reader.text("url") ?? url ?? ModelSettings.address(of: provider) else {
            throw ModelError(.misconfigured, "provider compatible needs an address: url, or ERP_MODEL_URL")
        }
        self.init(provider: provider, model: model, address: try ServerAddress(address))
        try read(&reader)
        fallback = []
        for next in reader.elements("fallback") { fallback.append(try ModelSettings(next, url: nil)) }
        try reader.finish()
    }

    private mutating func read(_ reader: inout SettingsReader) throws(ModelError) {
        keyName = try reader.text("key") ?? keyName
        authorities = try reader.text("authorities")
        temperature = try reader.number("temperature", 0...2)
        cachesPrompt = try reader.flag("cache") ?? cachesPrompt
        body = try reader.object("body") ?? body
        if let taken = body.names.first(where: ModelSettings.ownMembers.contains) {
            throw ModelError(.misconfigured, "'body' must not set '\(taken)'")
        }
        guard temperature == nil || provider != .anthropic && body["temperature"] == nil else {
            throw ModelError(
                .misconfigured, "'temperature' is for chat completions; an older model of Anthropic takes it in 'body'")
        }
        attempts = Int(try reader.count("attempts", 1...10) ?? Int64(attempts))
        totalMilliseconds = try reader.milliseconds("timeout_seconds") ?? totalMilliseconds
        limits.connectMilliseconds = try reader.milliseconds("connect_seconds") ?? limits.connectMilliseconds
        limits.idleMilliseconds = try reader.milliseconds("idle_seconds") ?? limits.idleMilliseconds
        let bytes = try reader.count("response_bytes", 1_024...(256 << 20))
        limits.responseBytes = bytes.map { Int($0) } ?? limits.responseBytes
    }

    /// The members of a request that the clients write themselves.
    private static let ownMembers: Set<String> = [
        "model", "messages", "system", "tools", "max_tokens", "max_completion_tokens", "stream", "stream_options",
        "input", "encoding_format",
    ]

    private static func address(of provider: Provider) -> String? {
        switch provider {
        case .anthropic: "https://api.anthropic.com"
        case .openai: "https://api.openai.com/v1"
        case .compatible: nil
        }
    }
}

/// Takes members out of an object and tells what is wrong with them.
private struct SettingsReader {
    private let json: JSONText
    private var read: Set<String> = []

    init(_ json: JSONText) throws(ModelError) {
        guard json.isObject else { throw ModelError(.misconfigured, "the settings of the model are no JSON object") }
        self.json = json
    }

    private mutating func member(_ name: String) -> JSONText? {
        read.insert(name)
        return json[name].flatMap { $0.isNull ? nil : $0 }
    }

    private mutating func member<Value>(
        _ name: String, _ kind: String, _ convert: (JSONText) -> Value?
    ) throws(ModelError) -> Value? {
        guard let value = member(name) else { return nil }
        guard let converted = convert(value) else {
            throw ModelError(.misconfigured, "'\(name)' in the settings of the model is not \(kind)")
        }
        return converted
    }

    mutating func text(_ name: String) throws(ModelError) -> String? {
        try member(name, "a text") { $0.string }
    }

    mutating func flag(_ name: String) throws(ModelError) -> Bool? {
        try member(name, "true or false") { $0.bool }
    }

    mutating func object(_ name: String) throws(ModelError) -> JSONText? {
        try member(name, "an object") { $0.isObject ? $0 : nil }
    }

    mutating func number(_ name: String, _ range: ClosedRange<Double>) throws(ModelError) -> JSONText? {
        try member(name, "a number from \(range.lowerBound) to \(range.upperBound)") { value in
            value.number.map(range.contains) == true ? value : nil
        }
    }

    mutating func count(_ name: String, _ range: ClosedRange<Int64>) throws(ModelError) -> Int64? {
        try member(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") { value in
            value.integer.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func milliseconds(_ name: String) throws(ModelError) -> Int64? {
        try member(name, "a number of seconds from 0.01 to 86400") { value in
            value.number.flatMap { (0.01...86_400).contains($0) ? Int64($0 * 1_000) : nil }
        }
    }

    mutating func elements(_ name: String) -> [JSONText] {
        member(name)?.elements ?? []
    }

    func finish() throws(ModelError) {
        if let unknown = json.names.first(where: { !read.contains($0) }) {
            throw ModelError(.misconfigured, "the settings of the model have no '\(unknown)'")
        }
    }
}
