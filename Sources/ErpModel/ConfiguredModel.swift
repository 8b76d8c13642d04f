/// The language model that ERP_MODEL names.
public enum ConfiguredModel {
    /// Makes the client of `provider:model`, of a JSON object of settings, or of `scripted:FILE`, which replays the JSON
    /// strings or texts of a file, one a line. ERP_MODEL_URL is the address where the settings name none.
    ///
    /// - Parameter interrupt: a descriptor that becomes readable when a call is to be broken off.
    public static func make(
        _ environment: ModelEnvironment = .process,
        interrupt: Int32? = nil
    ) throws(ModelError) -> any ModelClient {
        if let file = try setting(environment).scriptFile {
            guard let text = environment.file(file) else { throw ModelError(.misconfigured, "\(file) cannot be read") }
            return ScriptedModel(
                text.split(separator: "\n").map { line in
                    let line = String(line)
                    return ModelReply(messages: [.assistant(JSONText(validating: line)?.string ?? line)])
                })
        }
        let settings = try settings(environment)
        var clients: [any ModelClient] = []
        for each in [settings] + settings.fallback {
            clients.append(try HTTPModel(each, environment: environment, interrupt: interrupt))
        }
        return clients.count == 1 ? clients[0] : FallbackModel(clients)
    }

    /// The settings of the model behind a server.
    public static func settings(_ environment: ModelEnvironment = .process) throws(ModelError) -> ModelSettings {
        try ModelSettings(try setting(environment), url: environment.variable("ERP_MODEL_URL"))
    }

    private static func setting(_ environment: ModelEnvironment) throws(ModelError) -> String {
        guard let setting = environment.variable("ERP_MODEL"), !setting.isEmpty else {
            throw ModelError(.misconfigured, "no language model is configured: set ERP_MODEL (docs/operations.md)")
        }
        return setting
    }
}

extension String {
    fileprivate var scriptFile: String? {
        hasPrefix("scripted:") ? String(dropFirst("scripted:".count)) : nil
    }
}
