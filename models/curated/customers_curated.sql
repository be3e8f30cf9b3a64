-- Consenting customers who have accelerometer data.
select customer.*
from {{ ref('customer_trusted') }} as customer
where customer.email in (
    select "user"
    from {{ ref('accelerometer_landing') }}
)
