-- Step readings of devices whose resolved owner consents and has accelerometer data.
select
    step.sensorreadingtime,
    step.serialnumber,
    step.distancefromobject
from {{ ref('step_trainer_landing') }} as step
inner join {{ ref('serial_number_resolution') }} as device
    on step.serialnumber = device.serialnumber
inner join {{ ref('customers_curated') }} as customer
    on device.email = customer.email
