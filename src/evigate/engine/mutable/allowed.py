"""What a statement on mutable tables may be made of: an allow-list of syntax, functions and types.

Whatever is not named here is refused, so that what a later server or parser learns stays shut until
somebody has thought about it. Nothing here reads a setting, a file, a sequence or another session.
"""

from sqlglot import exp

_STRUCTURE = """
    Select Insert Update Delete Union Except Intersect Subquery With CTE TableAlias Table From
    Join Where Group Having Order Ordered Limit Offset Distinct Values Tuple Schema Returning
    OnConflict Star Alias Column Identifier Literal Parameter Placeholder Paren Boolean Null Var
    DataType DataTypeParam Cast Window WindowSpec Filter Case If In Between Like ILike Escape Is
    Not And Or EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ Add Sub Mul Div IntDiv Mod Neg Pow
    BitwiseAnd BitwiseOr BitwiseXor BitwiseNot BitwiseLeftShift BitwiseRightShift DPipe Exists Any
    All Interval Array Bracket JSONExtract JSONExtractScalar JSONBExtract JSONBExtractScalar
    JSONPath JSONPathKey JSONPathRoot JSONPathSubscript ArrayContainsAll ArrayContainedBy
    JSONBContains ByteString HexString
"""
_FUNCTIONS = """
    Lower Upper Length Coalesce Nullif Greatest Least Abs Round Floor Ceil Sqrt Ln Log Exp Sign
    Trunc Trim Substring Concat ConcatWs Replace Left Right StrPosition Count Sum Avg Min Max
    Stddev StddevPop StddevSamp Variance VariancePop RowNumber Rank DenseRank Lag Lead FirstValue
    LastValue NthValue Ntile PercentRank CumeDist CurrentTimestamp CurrentDate CurrentTime Extract
    TimestampTrunc DateTrunc ArrayAgg GroupConcat StringAgg LogicalAnd LogicalOr Uuid StartsWith
    Initcap Reverse MD5 ByteLength ArrayLength ArraySize WithinGroup PercentileCont PercentileDisc
    JSONBObject Localtimestamp Pi Power
"""
NODES = frozenset(
    found
    for name in (_STRUCTURE + " " + _FUNCTIONS).split()
    if (found := getattr(exp, name, None)) is not None
)
# Functions that the parser has no class for.
CALLS = frozenset(
    """gen_random_uuid uuidv7 octet_length bit_length char_length btrim ltrim rtrim initcap reverse
    starts_with split_part strpos translate chr ascii md5 mod power div sign trunc cbrt bool_and
    bool_or every date_part date_trunc make_date make_timestamp make_interval age to_jsonb
    jsonb_build_object jsonb_build_array jsonb_set jsonb_insert jsonb_strip_nulls jsonb_typeof
    jsonb_array_length jsonb_agg jsonb_object_agg array_append array_length cardinality row_number
    rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
    statement_timestamp transaction_timestamp clock_timestamp""".split()  # noqa: SIM905
)
TYPES = frozenset(
    found
    for name in """BOOLEAN SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL BIGDECIMAL TEXT VARCHAR CHAR
    DATE TIME TIMESTAMP TIMESTAMPTZ TIMESTAMPNTZ INTERVAL UUID JSONB JSON VARBINARY BINARY
    ARRAY""".split()  # noqa: SIM905
    if (found := getattr(exp.DataType.Type, name, None)) is not None
)
WORDS = frozenset(
    """DEFAULT YEAR MONTH DAY HOUR MINUTE SECOND MILLISECOND MICROSECOND WEEK QUARTER DOW DOY ISODOW
    ISOYEAR EPOCH CENTURY DECADE YEARS MONTHS DAYS HOURS MINUTES SECONDS WEEKS""".split()  # noqa: SIM905
) | {"DO NOTHING", "DO UPDATE"}
# Of a relation and of the statements that write: the parts that we understand. A part that is not
# here (ONLY, TABLESAMPLE, OVERRIDING, WHERE CURRENT OF, ...) is refused with the rest.
PARTS = {
    exp.Table: frozenset({"this", "alias", "joins"}),
    exp.Insert: frozenset({"this", "expression", "conflict", "returning", "with_", "default"}),
    exp.Update: frozenset({"this", "expressions", "from_", "where", "returning", "with_"}),
    exp.Delete: frozenset({"this", "using", "where", "returning", "with_"}),
    exp.OnConflict: frozenset({"conflict_keys", "action", "expressions", "where"}),
    exp.Cast: frozenset({"this", "to"}),
    exp.Parameter: frozenset({"this"}),
}
