{#
  E-mails of customers whose latest landing record carries a research consent date, as a subquery. Written without the
  ranking of customer_trusted, so that the tests that use it can find a mistake there. Of several records of the same
  moment, one without consent is enough to withdraw it.
#}
{% macro consenting_customers() -%}
(
    select customer.email
    from {{ ref('customer_landing') }} as customer
    inner join (
        select
            email,
            max(coalesce(lastupdatedate, registrationdate)) as latest_update
        from {{ ref('customer_landing') }}
        where email is not null
        group by email
    ) as latest
        on customer.email = latest.email
        and coalesce(customer.lastupdatedate, customer.registrationdate) = latest.latest_update
    group by customer.email
    having count(*) = count(customer.sharewithresearchasofdate)
)
{%- endmacro %}
