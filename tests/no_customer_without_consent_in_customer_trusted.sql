-- No customer whose latest record has no research consent reaches customer_trusted.
select email
from {{ ref('customer_trusted') }}
where email not in {{ consenting_customers() }}
