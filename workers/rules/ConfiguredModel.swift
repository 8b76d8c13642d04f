internal import ErpModel
internal import ErpRules

/// The language model that ERP_MODEL names.
enum ConfiguredModel {
    /// `scripted:FILE` replays the JSON strings or objects of a file, one a line.
    static func make(_ setting: String?, _ terminal: Terminal) throws -> any ModelClient {
        guard let setting, !setting.isEmpty else {
            throw ToolError("no language model is configured: set ERP_MODEL (today scripted:FILE)")
        }
        guard setting.hasPrefix("scripted:") else {
            throw ToolError("ERP_MODEL=\(setting) is not known; today only scripted:FILE is")
        }
        let file = String(setting.dropFirst("scripted:".count))
        guard let text = terminal.read(file) else { throw ToolError("\(file) cannot be read") }
        return ScriptedModel(
            text.split(separator: "\n").map { line in
                let line = String(line)
                return ModelReply(messages: [.assistant(JSONValue(line)?.text ?? line)])
            })
    }
}
