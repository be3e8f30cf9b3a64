-- No customer whose latest record has no research consent reaches customers_curated.
select email
from {{ ref('customers_curated') }}
where email not in {{ consenting_customers() }}
