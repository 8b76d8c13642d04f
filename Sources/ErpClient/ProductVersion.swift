/// The version of the product; the extension's control file carries the same.
public enum ProductVersion {
    public static let current = "0.1.0"
}
