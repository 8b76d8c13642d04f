CREATE OR REPLACE FUNCTION erp.sales_order_state()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_threshold numeric;
    v_is_release boolean;
    v_is_rejudged boolean;
    v_now timestamptz;
BEGIN
    NEW.updated_at := transaction_timestamp();
    IF (NEW.company_id, NEW.customer_id, NEW.currency_code) IS DISTINCT FROM (OLD.company_id, OLD.customer_id, OLD.currency_code) THEN
        RAISE EXCEPTION 'customer, company and currency of order % are fixed', OLD.sales_order_id
            USING ERRCODE = 'RP311', DETAIL = jsonb_build_object('sales_order_id', OLD.sales_order_id)::text,
            HINT = 'cancel it and make a new order', TABLE = 'sales_orders', SCHEMA = 'erp';
    END IF;
    -- Totals and stamps follow from the lines: triggers write them, no statement of a client does, whoever it is.
    IF pg_trigger_depth() = 1 AND (
        NEW.net_value, NEW.tax_value, NEW.total_invoice_value, NEW.total_base_value, NEW.uninvoiced_base_value,
        NEW.committed_24h_base_value, NEW.exchange_rate, NEW.confirmed_at, NEW.confirmed_by, NEW.created_by, NEW.edited_by)
    IS DISTINCT FROM (
        OLD.net_value, OLD.tax_value, OLD.total_invoice_value, OLD.total_base_value, OLD.uninvoiced_base_value,
        OLD.committed_24h_base_value, OLD.exchange_rate, OLD.confirmed_at, OLD.confirmed_by, OLD.created_by, OLD.edited_by)
    THEN
        RAISE EXCEPTION 'totals of order % follow from its lines', OLD.sales_order_id
            USING ERRCODE = 'RP311', DETAIL = jsonb_build_object('sales_order_id', OLD.sales_order_id)::text,
            HINT = 'change its lines', TABLE = 'sales_orders', SCHEMA = 'erp';
    END IF;
    IF (NEW.order_creation_date, NEW.ship_to_country, NEW.rounding_policy, NEW.delivery_date)
        IS DISTINCT FROM (OLD.order_creation_date, OLD.ship_to_country, OLD.rounding_policy, OLD.delivery_date)
    THEN
        NEW.edited_by := session_user;
        IF NEW.order_status <> OLD.order_status
            OR OLD.order_status NOT IN ('draft', 'confirmed', 'pending_review')
            OR (OLD.order_status <> 'draft' AND (NEW.order_creation_date, NEW.ship_to_country, NEW.rounding_policy)
                IS DISTINCT FROM (OLD.order_creation_date, OLD.ship_to_country, OLD.rounding_policy))
        THEN
            RAISE EXCEPTION 'dates, country and rounding of order % are fixed: it is %', OLD.sales_order_id, OLD.order_status
                USING ERRCODE = 'RP311',
                DETAIL = jsonb_build_object('sales_order_id', OLD.sales_order_id, 'order_status', OLD.order_status)::text,
                HINT = 'change them on the draft, in a statement of their own; the delivery date until the goods have left',
                TABLE = 'sales_orders', SCHEMA = 'erp';
        END IF;
        PERFORM erp.check_document_date(NEW.company_id, NEW.order_creation_date);
        NEW.exchange_rate := CASE WHEN NEW.order_creation_date = OLD.order_creation_date THEN OLD.exchange_rate
            ELSE erp.exchange_rate(
                NEW.currency_code, (SELECT base_currency FROM erp.companies WHERE company_id = NEW.company_id),
                NEW.order_creation_date) END;
    END IF;
    -- A line of a released order changed: erp.refresh_sales_order takes the stamp away, and what it says is judged anew.
    v_is_rejudged := NEW.order_status = OLD.order_status AND NEW.order_status IN ('confirmed', 'pending_review')
        AND OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS NULL;
    IF NEW.order_status = OLD.order_status AND NOT v_is_rejudged THEN
        RETURN NEW;
    END IF;
    IF NEW.order_status <> OLD.order_status AND (OLD.order_status, NEW.order_status) NOT IN (
        ('draft', 'confirmed'), ('draft', 'cancelled'), ('pending_review', 'confirmed'), ('pending_review', 'draft'),
        ('pending_review', 'cancelled'), ('confirmed', 'shipped'), ('confirmed', 'cancelled'),
        ('shipped', 'invoiced'), ('shipped', 'paid'), ('invoiced', 'paid'), ('paid', 'invoiced'), ('shipped', 'confirmed'))
    THEN
        RAISE EXCEPTION 'order % cannot go from % to %', OLD.sales_order_id, OLD.order_status, NEW.order_status
            USING ERRCODE = 'RP310',
            DETAIL = jsonb_build_object('sales_order_id', OLD.sales_order_id, 'from', OLD.order_status, 'to', NEW.order_status)::text,
            HINT = 'docs/architecture.md shows the transitions; cancel what was not issued, return what was',
            TABLE = 'sales_orders', SCHEMA = 'erp';
    END IF;
    IF (NEW.order_status IN ('shipped', 'invoiced', 'paid') OR OLD.order_status = 'shipped')
        AND NEW.order_status <> erp.derived_order_status(NEW.sales_order_id, NEW.order_status)
    THEN
        RAISE EXCEPTION 'order % is not %: its lines and invoices say otherwise', OLD.sales_order_id, NEW.order_status
            USING ERRCODE = 'RP310',
            DETAIL = jsonb_build_object('sales_order_id', OLD.sales_order_id, 'from', OLD.order_status, 'to', NEW.order_status)::text,
            HINT = 'insert a GOODS_SHIPPED, INVOICE_CUSTOMER or PAYMENT_RECEIVED event; the status follows',
            TABLE = 'sales_orders', SCHEMA = 'erp';
    END IF;
    IF NEW.order_status = 'cancelled' THEN
        PERFORM FROM erp.sales_order_items WHERE sales_order_id = NEW.sales_order_id AND quantity_shipped > 0;
        IF FOUND THEN
            RAISE EXCEPTION 'order % has issued goods: only the rest can be cancelled', OLD.sales_order_id
                USING ERRCODE = 'RP310', DETAIL = jsonb_build_object('sales_order_id', OLD.sales_order_id)::text,
                HINT = 'issued goods come back by return', TABLE = 'sales_orders', SCHEMA = 'erp';
        END IF;
    END IF;

    v_is_release := v_is_rejudged OR (NEW.order_status = 'confirmed' AND OLD.order_status IN ('draft', 'pending_review'));
    IF v_is_release THEN
        PERFORM erp.check_order_release(NEW.sales_order_id, NEW.customer_id, NEW.order_creation_date, NEW.exchange_rate);
        NEW.hold_reason_code := NULL;
        NEW.hold_reason := NULL;
        NEW.hold_detail := NULL;
        NEW.held_at := NULL;
        v_now := erp.now();
        NEW.confirmed_at := v_now;
        NEW.confirmed_by := session_user;
        NEW.closing_agent_id := COALESCE((SELECT agent_id FROM agent.agents WHERE database_role = session_user), NEW.closing_agent_id);
        SELECT NEW.total_base_value + COALESCE(sum(total_base_value), 0) INTO NEW.committed_24h_base_value
        FROM erp.sales_orders
        WHERE customer_id = NEW.customer_id
        AND sales_order_id <> NEW.sales_order_id
        AND confirmed_by = session_user
        AND confirmed_at > v_now - interval '24 hours'
        AND order_status NOT IN ('draft', 'cancelled');
        v_threshold := erp.sop_number('high_value_invoice_approval_gate', 'threshold');
        IF NEW.total_base_value > v_threshold AND NOT erp.has_release_approval(NEW.sales_order_id) THEN
            IF OLD.order_status = 'pending_review' AND NOT v_is_rejudged THEN
                RAISE EXCEPTION 'order % waits for approval', NEW.sales_order_id
                    USING ERRCODE = 'RP508',
                    DETAIL = jsonb_build_object('sales_order_id', NEW.sales_order_id, 'total', NEW.total_base_value, 'threshold', v_threshold)::text,
                    HINT = 'SELECT * FROM erp.inbox; then erp.approve(item, reason)', TABLE = 'sales_orders', SCHEMA = 'erp';
            END IF;
            NEW.order_status := 'pending_review';
        END IF;
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.sales_order_state() IS
'Row trigger before an order changes: the state machine. Only legal transitions (RP310); a release checks customer, lines, prices and tax, locks the customer row, and goes to pending_review above the approval threshold until an approval binds it (RP508). A changed line of a released order is judged like a release; totals and stamps are nobody''s to write (RP311). The same for a tool and for a plain UPDATE.';
ALTER FUNCTION erp.sales_order_state() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sales_order_state() FROM PUBLIC;
