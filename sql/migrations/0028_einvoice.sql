-- What an electronic invoice says about a tax code.
ALTER TABLE erp.tax_codes
ADD COLUMN einvoice_category text CHECK (einvoice_category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
ADD COLUMN exemption_reason text;
COMMENT ON COLUMN erp.tax_codes.einvoice_category IS 'Tax category of EN 16931 (UNCL 5305): S standard, Z zero, E exempt, AE reverse charge, K intra-community, G export, O outside the scope; NULL: S above 0 %, else Z.';
COMMENT ON COLUMN erp.tax_codes.exemption_reason IS 'Why no tax is charged, as the invoice says it.';
