-- No reading of a device whose owner did not consent, or is not known, reaches machine_learning_curated.
select
    reading.serialnumber,
    device.email,
    count(*) as readings
from {{ ref('machine_learning_curated') }} as reading
left join {{ ref('serial_number_resolution') }} as device
    on reading.serialnumber = device.serialnumber
where device.email is null
    or device.email not in {{ consenting_customers() }}
group by reading.serialnumber, device.email
