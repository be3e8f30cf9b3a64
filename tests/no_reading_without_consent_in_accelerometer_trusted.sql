-- No accelerometer reading of a customer without research consent reaches accelerometer_trusted.
select
    "user",
    count(*) as readings
from {{ ref('accelerometer_trusted') }}
where "user" not in {{ consenting_customers() }}
group by "user"
