-- The rows of an export, in the order of its files.
select
    row_number() over (order by customer_id asc) as row_no,
    a.*,
    $segment as cell,
    format('{}-{:06d}', $response_prefix, row_number() over (order by customer_id asc)) as response_code,
    sha256($secret || ':' || identifier) as identifier_hash
from gate_audience as a
order by customer_id
limit $row_limit
