-- Thirty customers in four tiers, at home, in the EU and beyond; two are consumers. Re-runnable; what a person has changed
-- stays.
INSERT INTO erp.customers (
    customer_code, customer_tier, customer_name, company_name, contact_email, billing_address, country_code, tax_status,
    payment_terms_days, maximum_credit_limit
)
VALUES
('C-1001', 'standard', 'Kaffeehaus Lindner', 'Kaffeehaus Lindner OHG', 'einkauf@kaffeehaus-lindner.example', 'Kantstraße 12, 10623 Berlin', 'DE', 'business', 30, 8000),
('C-1002', 'standard', 'Bistro am Markt', 'Bistro am Markt GbR', 'kueche@bistro-am-markt.example', 'Markt 4, 04109 Leipzig', 'DE', 'business', 30, 6000),
('C-1003', 'standard', 'Hanna Vogt', NULL, 'hanna.vogt@mail.example', 'Rosenweg 7, 65183 Wiesbaden', 'DE', 'consumer', 14, 1500),
('C-1004', 'standard', 'Feinkost Petersen', 'Feinkost Petersen e.K.', 'bestellung@feinkost-petersen.example', 'Mühlenkamp 20, 22303 Hamburg', 'DE', 'business', 30, 10000),
('C-1005', 'standard', 'Imbiss Yildiz', 'Imbiss Yildiz', 'info@imbiss-yildiz.example', 'Venloer Straße 310, 50823 Köln', 'DE', 'business', 14, 2000),
('C-1006', 'standard', 'Pension Alpenblick', 'Pension Alpenblick', 'haus@pension-alpenblick.example', 'Bahnhofstraße 9, 82481 Mittenwald', 'DE', 'business', 30, 5000),
('C-1007', 'standard', 'Boulangerie Martin', 'Boulangerie Martin SARL', 'achats@boulangerie-martin.example', '14 rue des Orfèvres, 67000 Strasbourg', 'FR', 'business', 30, 7500),
('C-1008', 'standard', 'Gasthof Steiner', 'Gasthof Steiner AG', 'einkauf@gasthof-steiner.example', 'Limmatquai 88, 8001 Zürich', 'CH', 'business', 30, 9000),
('C-1009', 'standard', 'Corner Deli London', 'Corner Deli Ltd', 'orders@corner-deli.example', '21 Exmouth Market, London EC1R 4QD', 'GB', 'business', 30, 8000),
('C-1010', 'standard', 'Lukas Berger', NULL, 'lukas.berger@mail.example', 'Linzer Gasse 30, 5020 Salzburg', 'AT', 'consumer', 14, 1000),
('C-2001', 'silver', 'Hotel Goldener Hirsch', 'Goldener Hirsch Hotel GmbH', 'einkauf@goldener-hirsch.example', 'Residenzstraße 3, 80333 München', 'DE', 'business', 30, 20000),
('C-2002', 'silver', 'Trattoria Da Enzo', 'Da Enzo GmbH', 'ordini@da-enzo.example', 'Berger Straße 101, 60316 Frankfurt am Main', 'DE', 'business', 30, 15000),
('C-2003', 'silver', 'Kantine Nordwerk', 'Nordwerk Betriebsgastronomie GmbH', 'kantine@nordwerk.example', 'Hafenstraße 60, 28217 Bremen', 'DE', 'business', 30, 18000),
('C-2004', 'silver', 'Café Ringstraße', 'Café Ringstraße KG', 'einkauf@cafe-ringstrasse.example', 'Opernring 11, 1010 Wien', 'AT', 'business', 30, 15000),
('C-2005', 'silver', 'Bar Lucía', 'Tapas Lucía SL', 'pedidos@bar-lucia.example', 'Carrer de Blai 18, 08004 Barcelona', 'ES', 'business', 30, 12000),
('C-2006', 'silver', 'Restauracja Pod Wawelem', 'Pod Wawelem sp. z o.o.', 'zamowienia@pod-wawelem.example', 'ul. Grodzka 5, 31-006 Kraków', 'PL', 'business', 30, 12000),
('C-2007', 'silver', 'Fjordmat', 'Fjordmat AS', 'innkjop@fjordmat.example', 'Grønland 8, 0188 Oslo', 'NO', 'business', 30, 15000),
('C-2008', 'silver', 'Schulküche Süd', 'Schulküche Süd gGmbH', 'bestellung@schulkueche-sued.example', 'Böblinger Straße 70, 70199 Stuttgart', 'DE', 'business', 30, 16000),
('C-3001', 'gold', 'Caterhaus', 'Caterhaus GmbH', 'einkauf@caterhaus.example', 'Ronsdorfer Straße 74, 40233 Düsseldorf', 'DE', 'business', 30, 40000),
('C-3002', 'gold', 'Bio-Markt Kollektiv', 'Bio-Markt Kollektiv eG', 'waren@biomarkt-kollektiv.example', 'Lehener Straße 15, 79106 Freiburg', 'DE', 'business', 30, 35000),
('C-3003', 'gold', 'Brasserie Lyonnaise', 'Brasserie Lyonnaise SAS', 'achats@brasserie-lyonnaise.example', '9 quai Romain Rolland, 69005 Lyon', 'FR', 'business', 45, 35000),
('C-3004', 'gold', 'Gruppo Nord', 'Ristoranti Gruppo Nord Srl', 'acquisti@gruppo-nord.example', 'Via Savona 33, 20144 Milano', 'IT', 'business', 45, 40000),
('C-3005', 'gold', 'Klinikum Service Ost', 'Klinikum Service Ost GmbH', 'speisen@klinikum-service-ost.example', 'Fetscherstraße 74, 01307 Dresden', 'DE', 'business', 30, 45000),
('C-3006', 'gold', 'Messe Catering Hannover', 'Messe Catering Hannover GmbH', 'einkauf@messe-catering.example', 'Messegelände 2, 30521 Hannover', 'DE', 'business', 30, 50000),
('C-3007', 'gold', 'Smørrebrød Huset', 'Smørrebrød Huset ApS', 'indkob@smorrebrod-huset.example', 'Store Kongensgade 40, 1264 København', 'DK', 'business', 30, 30000),
('C-4001', 'platinum', 'Frischeland Märkte', 'Frischeland Märkte AG', 'zentraleinkauf@frischeland.example', 'Landsberger Allee 106, 10369 Berlin', 'DE', 'business', 45, 150000),
('C-4002', 'platinum', 'Horeca Groothandel', 'Horeca Groothandel BV', 'inkoop@horeca-groothandel.example', 'Waalhaven Zuidzijde 21, 3089 Rotterdam', 'NL', 'business', 45, 120000),
('C-4003', 'platinum', 'Stadthotels Gruppe', 'Stadthotels Gruppe GmbH', 'einkauf@stadthotels.example', 'Willy-Brandt-Straße 23, 20457 Hamburg', 'DE', 'business', 45, 130000),
('C-4004', 'platinum', 'Alpen Gastro', 'Alpen Gastro AG', 'beschaffung@alpen-gastro.example', 'Innrain 25, 6020 Innsbruck', 'AT', 'business', 45, 120000),
('C-4005', 'platinum', 'Rhein-Main Kantinen', 'Rhein-Main Kantinen GmbH', 'einkauf@rm-kantinen.example', 'Mainzer Landstraße 250, 60326 Frankfurt am Main', 'DE', 'business', 45, 140000)
ON CONFLICT DO NOTHING;
