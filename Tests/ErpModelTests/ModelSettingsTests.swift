import Testing

@testable import ErpModel

@Suite("Settings of a model")
struct ModelSettingsTests {
    @Test(
        "an address is https, or http to this machine",
        arguments: [
            ("https://api.example.com", false), ("https://api.example.com:8443/v1", false),
            ("https://[2001:db8::1]:1", false),
            ("http://localhost:11434/v1", true), ("http://127.0.0.1", true), ("http://127.9.8.7:80", true),
            ("http://[::1]:8080/a_b-c.d", true), ("https://127.0.0.1:1/", true),
        ]
    )
    func addresses(text: String, isLoopback: Bool) throws {
        #expect(try ServerAddress(text).isLoopback == isLoopback)
    }

    @Test("a slash at the end is dropped")
    func trailingSlash() throws {
        #expect(try ServerAddress("https://a.example/v1//").text == "https://a.example/v1")
    }

    @Test(
        "any other address is refused",
        arguments: [
            "http://api.example.com", "http://10.0.0.1", "http://127.0.0.1.example.com", "http://localhost.example.com",
            "http://127.0.0.1@example.com", "http://127.0.0.1:80@example.com", "https://key@example.com",
            "http://127.1", "http://0127.0.0.1", "http://127.0.0.256", "http://127.0.0.1#.example.com",
            "http://127.0.0.1\\.example.com", "http://[::1].example.com", "http://[::2]", "http://[::ffff:127.0.0.1]",
            "https://a.example/?k=v", "https://a.example/%2e", "https://a.example/a b", "https://a.example\n",
            "https://a.example:0", "https://a.example:65536", "https://a.example:", "https://:443", "https://", "",
            "ftp://a.example", "a.example", "HTTPS://a.example", "file:///etc/passwd", "https://ä.example",
        ]
    )
    func refusedAddresses(text: String) {
        #expect(throws: ModelError.self) { try ServerAddress(text) }
    }

    @Test("a word names provider and model, the rest is preset")
    func short() throws {
        let settings = try ModelSettings("anthropic:claude-x", url: nil)
        #expect(settings.provider == .anthropic)
        #expect(settings.model == "claude-x")
        #expect(settings.address.text == "https://api.anthropic.com")
        #expect(settings.temperature == nil)
        let own = try ModelSettings("compatible:qwen3:8b", url: "http://localhost:11434/v1")
        #expect(own.model == "qwen3:8b")
        #expect(own.address.text == "http://localhost:11434/v1")
    }

    @Test("an object sets everything, and models to fall back on")
    func full() throws {
        let settings = try ModelSettings(
            #"""
            {"provider": "openai", "model": "gpt-x", "url": "https://proxy.example/v1", "key": "ERP_MODEL_KEY_2",
             "temperature": 0, "cache": false, "attempts": 5, "timeout_seconds": 30, "connect_seconds": 0.5,
             "idle_seconds": 20, "response_bytes": 2048, "authorities": "/etc/ca.pem", "body": {"service_tier": "flex"},
             "fallback": [{"provider": "anthropic", "model": "claude-x"}]}
            """#, url: "https://unused.example")
        #expect(settings.address.text == "https://proxy.example/v1")
        #expect(settings.keyName == "ERP_MODEL_KEY_2")
        #expect(settings.temperature?.text == "0")
        #expect(!settings.cachesPrompt)
        #expect(settings.attempts == 5)
        #expect(settings.totalMilliseconds == 30_000)
        #expect(
            settings.limits == HTTPLimits(connectMilliseconds: 500, idleMilliseconds: 20_000, responseBytes: 2_048))
        #expect(settings.authorities == "/etc/ca.pem")
        #expect(settings.fallback.map(\.model) == ["claude-x"])
    }

    @Test(
        "a slip is told",
        arguments: [
            ("", "'' is no provider: anthropic, openai or compatible"),
            ("claude-x", "'claude-x' is no provider: anthropic, openai or compatible"),
            ("anthropic:", "the settings name no model"),
            ("compatible:m", "provider compatible needs an address: url, or ERP_MODEL_URL"),
            ("{", "the settings of the model are no JSON"),
            (#"{"provider":"openai","model":7}"#, "'model' in the settings of the model is not a text"),
            (#"{"provider":"openai","model":"m","modle":"x"}"#, "the settings of the model have no 'modle'"),
            (
                #"{"provider":"openai","model":"m","temperature":3}"#,
                "'temperature' in the settings of the model is not a number from 0.0 to 2.0"
            ),
            (
                #"{"provider":"openai","model":"m","attempts":11}"#,
                "'attempts' in the settings of the model is not a whole number from 1 to 10"
            ),
            (
                #"{"provider":"anthropic","model":"m","temperature":1}"#,
                "'temperature' is for chat completions; an older model of Anthropic takes it in 'body'"
            ),
            (#"{"provider":"openai","model":"m","body":{"stream":false}}"#, "'body' must not set 'stream'"),
            (
                #"{"provider":"openai","model":"m","fallback":[{}]}"#,
                "'' is no provider: anthropic, openai or compatible"
            ),
        ]
    )
    func slips(text: String, message: String) {
        #expect(throws: ModelError(.misconfigured, message)) { try ModelSettings(text, url: nil) }
    }

    private func environment(_ variables: [String: String], _ files: [String: String] = [:]) -> ModelEnvironment {
        ModelEnvironment(variable: { variables[$0] }, file: { files[$0] })
    }

    @Test("a key is a credential or a variable, the credential first")
    func keys() throws {
        let both = environment(
            ["ERP_MODEL_KEY": "from-variable", "CREDENTIALS_DIRECTORY": "/run/c"],
            ["/run/c/ERP_MODEL_KEY": " from-file\n"])
        #expect(try both.key("ERP_MODEL_KEY")?.secret == "from-file")
        #expect(try environment(["ERP_MODEL_KEY": "v"]).key("ERP_MODEL_KEY")?.secret == "v")
        #expect(try both.key("ERP_MODEL_KEY_OTHER") == nil)
        #expect(try environment(["ERP_MODEL_KEY": ""]).key("ERP_MODEL_KEY") == nil)
    }

    @Test(
        "settings reach no other variable or file",
        arguments: ["PGPASSWORD", "ERP_MODEL_KEY/../x", "", "erp_model_key"]
    )
    func otherNames(name: String) {
        #expect(throws: ModelError.self) { try environment(["PGPASSWORD": "secret"]).key(name) }
    }

    @Test(
        "a key that would break out of its header is refused",
        arguments: ["a b", "a\r\nX-Other: 1", "a\u{0}", "ä", " "]
    )
    func brokenKeys(text: String) {
        #expect(throws: ModelError.self) { try environment(["ERP_MODEL_KEY": text]).key("ERP_MODEL_KEY") }
    }

    @Test("a key shows itself nowhere")
    func hidden() throws {
        let key = try #require(ModelKey("sk-secret"))
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!"\(key) \(String(reflecting: key)) \(dumped)".contains("secret"))
        #expect(key.removed(from: "wrong key sk-secret!") == "wrong key …!")
    }

    @Test("a model behind a server needs a key, unless it is a compatible one")
    func missingKey() {
        #expect(
            throws: ModelError(
                .misconfigured, "there is no key: set ERP_MODEL_KEY, or give a credential of that name")
        ) { try ConfiguredModel.make(environment(["ERP_MODEL": "openai:m"])) }
        #expect(throws: Never.self) {
            try ConfiguredModel.make(environment(["ERP_MODEL": "compatible:m", "ERP_MODEL_URL": "http://localhost:1"]))
        }
        let nothing = "no language model is configured: set ERP_MODEL (docs/operations.md)"
        #expect(throws: ModelError(.misconfigured, nothing)) { try ConfiguredModel.make(environment([:])) }
    }

    @Test("a script's lines are replies")
    func script() throws {
        let environment = environment(["ERP_MODEL": "scripted:/s"], ["/s": "{\"a\": 1}\n\"two\\nlines\"\n"])
        var model = try ConfiguredModel.make(environment)
        #expect(try model.reply(to: RequestTests.plain).text == #"{"a": 1}"#)
        #expect(try model.reply(to: RequestTests.plain).text == "two\nlines")
    }
}
