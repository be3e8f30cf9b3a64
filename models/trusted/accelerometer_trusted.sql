-- Accelerometer readings of customers who consent to research.
select
    reading."user",
    reading."timestamp",
    reading.x,
    reading.y,
    reading.z
from {{ ref('accelerometer_landing') }} as reading
inner join {{ ref('customer_trusted') }} as customer
    on reading."user" = customer.email
where {{ within_consent('reading."timestamp"', 'customer.sharewithresearchasofdate') }}
