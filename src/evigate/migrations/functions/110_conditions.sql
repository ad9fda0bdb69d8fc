-- What conditions compiled to SQL stand on: the values at a path, and casts that never fail.
-- A missing value is a null row; JSON's null is a value.

CREATE OR REPLACE FUNCTION kernel.condition_values(p_doc jsonb, p_path text[], p_at int DEFAULT 1)
RETURNS SETOF jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
  v_name text := p_path[p_at];
  v_element jsonb;
BEGIN
  IF p_at > cardinality(p_path) THEN
    RETURN NEXT p_doc;
  ELSIF jsonb_typeof(p_doc) = 'array' THEN
    IF v_name ~ '^[0-9]+$' THEN
      IF v_name::numeric < jsonb_array_length(p_doc) THEN
        RETURN QUERY SELECT * FROM kernel.condition_values(p_doc -> v_name::int, p_path, p_at + 1);
      END IF;
    ELSE
      FOR v_element IN SELECT * FROM jsonb_array_elements(p_doc) LOOP
        RETURN QUERY SELECT * FROM kernel.condition_values(v_element, p_path, p_at);
      END LOOP;
    END IF;
  ELSIF jsonb_typeof(p_doc) = 'object' AND p_doc ? v_name THEN
    RETURN QUERY SELECT * FROM kernel.condition_values(p_doc -> v_name, p_path, p_at + 1);
  ELSE
    RETURN NEXT NULL;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION kernel.condition_elements(p_value jsonb) RETURNS SETOF jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT * FROM jsonb_array_elements(CASE jsonb_typeof(p_value) WHEN 'array' THEN p_value ELSE '[]' END)
$$;

CREATE OR REPLACE FUNCTION kernel.condition_items(p_doc jsonb, p_path text[]) RETURNS SETOF jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT v FROM kernel.condition_values(p_doc, p_path) AS v
  UNION ALL
  SELECT e FROM kernel.condition_values(p_doc, p_path) AS v, kernel.condition_elements(v) AS e
$$;

CREATE OR REPLACE FUNCTION kernel.condition_members(p_doc jsonb, p_path text[]) RETURNS SETOF jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT e FROM kernel.condition_values(p_doc, p_path) AS v, kernel.condition_elements(v) AS e
$$;

-- The pattern is that of conditions/instants.py.
CREATE OR REPLACE FUNCTION kernel.condition_instant(p_text text) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog SET timezone = 'UTC' AS $$
BEGIN
  IF p_text ~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}'
    '(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$')
    -- The database takes these for the next minute or day; a document that says so is wrong.
    AND substr(p_text, 12, 2) <> '24' AND substr(p_text, 18, 2) <> '60' THEN
    RETURN p_text::timestamptz;
  END IF;
  RETURN NULL;
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format OR invalid_time_zone_displacement_value THEN
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kernel.condition_address(p_text text) RETURNS inet
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
BEGIN
  IF p_text ~ '^((0|[1-9][0-9]{0,2})\.){3}(0|[1-9][0-9]{0,2})$' OR p_text ~ '^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$' THEN
    RETURN p_text::inet;
  END IF;
  RETURN NULL;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN NULL;
END $$;
